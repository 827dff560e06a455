// The server's internal types as Go's encoding/json writes them into messages: pkg/apis/{core,apps,batch}/types.go
// declare no JSON names, so fields keep Go's spelling, and nothing is left out.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "podlapse/base/check.hpp"
#include "validator.hpp"

namespace podlapse::validation {
namespace {

struct Spelling {
  std::string_view json, go;
};

/// Field names whose Go spelling is more than a capital at the front.
constexpr std::array<Spelling, 35> kSpellings = {{
    {"seLinuxOptions", "SELinuxOptions"},
    {"seLinuxChangePolicy", "SELinuxChangePolicy"},
    {"dnsPolicy", "DNSPolicy"},
    {"dnsConfig", "DNSConfig"},
    {"os", "OS"},
    {"tty", "TTY"},
    {"httpGet", "HTTPGet"},
    {"httpHeaders", "HTTPHeaders"},
    {"tcpSocket", "TCPSocket"},
    {"grpc", "GRPC"},
    {"fsGroup", "FSGroup"},
    {"fsGroupChangePolicy", "FSGroupChangePolicy"},
    {"uid", "UID"},
    {"ip", "IP"},
    {"apiVersion", "APIVersion"},
    {"apiGroup", "APIGroup"},
    {"fsType", "FSType"},
    {"csi", "CSI"},
    {"nfs", "NFS"},
    {"rbd", "RBD"},
    {"iscsi", "ISCSI"},
    {"fc", "FC"},
    {"cephfs", "CephFS"},
    {"storageos", "StorageOS"},
    {"gcePersistentDisk", "GCEPersistentDisk"},
    {"awsElasticBlockStore", "AWSElasticBlockStore"},
    {"iqn", "IQN"},
    {"iscsiInterface", "ISCSIInterface"},
    {"wwids", "WWIDs"},
    {"pdName", "PDName"},
    {"pdID", "PdID"},
    {"diskURI", "DataDiskURI"},
    {"gmsaCredentialSpec", "GMSACredentialSpec"},
    {"gmsaCredentialSpecName", "GMSACredentialSpecName"},
    {"ttlSecondsAfterFinished", "TTLSecondsAfterFinished"},
}};

std::string go_name(std::string_view name) {
  const auto found =
      std::find_if(kSpellings.begin(), kSpellings.end(), [name](const Spelling& one) { return one.json == name; });
  if (found != kSpellings.end()) return std::string{found->go};
  std::string text{name};
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

/// Where the internal struct orders its fields otherwise than the one of the API (core/types.go).
constexpr std::array<std::string_view, 36> kPodSpec = {"volumes",
                                                       "initContainers",
                                                       "containers",
                                                       "ephemeralContainers",
                                                       "restartPolicy",
                                                       "terminationGracePeriodSeconds",
                                                       "activeDeadlineSeconds",
                                                       "dnsPolicy",
                                                       "nodeSelector",
                                                       "serviceAccountName",
                                                       "automountServiceAccountToken",
                                                       "nodeName",
                                                       "securityContext",
                                                       "imagePullSecrets",
                                                       "hostname",
                                                       "subdomain",
                                                       "setHostnameAsFQDN",
                                                       "affinity",
                                                       "schedulerName",
                                                       "tolerations",
                                                       "hostAliases",
                                                       "priorityClassName",
                                                       "priority",
                                                       "preemptionPolicy",
                                                       "dnsConfig",
                                                       "readinessGates",
                                                       "runtimeClassName",
                                                       "overhead",
                                                       "enableServiceLinks",
                                                       "topologySpreadConstraints",
                                                       "os",
                                                       "schedulingGates",
                                                       "resourceClaims",
                                                       "resources",
                                                       "hostnameOverride",
                                                       "schedulingGroup"};
constexpr std::array<std::string_view, 13> kPodSecurityContext = {"seLinuxOptions",
                                                                  "windowsOptions",
                                                                  "runAsUser",
                                                                  "runAsGroup",
                                                                  "runAsNonRoot",
                                                                  "supplementalGroups",
                                                                  "supplementalGroupsPolicy",
                                                                  "fsGroup",
                                                                  "fsGroupChangePolicy",
                                                                  "sysctls",
                                                                  "seccompProfile",
                                                                  "appArmorProfile",
                                                                  "seLinuxChangePolicy"};

/// Types of the meta group have JSON names in their internal form too.
bool is_meta(SchemaType type) {
  return type == SchemaType::LabelSelector || type == SchemaType::ObjectMeta || type == SchemaType::OwnerReference ||
         type == SchemaType::LabelSelectorRequirement;
}

std::string item_json(const Value& value, SchemaType type) {
  if (is_struct(type)) return is_meta(type) ? go_json(value, type) : internal_json(value, type);
  if (value.is_object()) return go_json_map(&value);
  const Value list{Value::Array{value}};
  const std::string text = go_json_list(&list);
  return text.substr(1, text.size() - 2);
}

std::string zero_json(const SchemaField& field) {
  if (field.shape != SchemaShape::One || field.presence == SchemaPresence::Pointer) return "null";
  if (is_struct(field.type)) return item_json(Value::object(), field.type);
  if (field.type == SchemaType::String) return "\"\"";
  if (field.type == SchemaType::Bool) return "false";
  return field.type == SchemaType::Quantity ? "\"0\"" : "0";
}

std::string field_json(const Value* value, const SchemaField& field) {
  if (value == nullptr || value->is_null()) return zero_json(field);
  if (field.shape == SchemaShape::One || !value->is_array()) return item_json(*value, field.type);
  std::string text = "[";
  for (const Value& item : value->items()) text += (text.size() > 1 ? "," : "") + item_json(item, field.type);
  return text + "]";
}

class Writer {
 public:
  void add(std::string_view name, const std::string& json) {
    text_ += (text_.size() > 1 ? ",\"" : "\"") + go_name(name) + "\":" + json;
  }
  void add_field(const Value& value, SchemaType type, std::string_view name) {
    const SchemaField* field = find_schema_field(type, name);
    PODLAPSE_CHECK(field != nullptr);
    add(name, field_json(value.find(name), *field));
  }
  [[nodiscard]] std::string text() && { return std::move(text_) + "}"; }

 private:
  std::string text_ = "{";
};

/// The internal security context of a Pod has some fields of the Pod's spec.
std::string pod_security_json(const Value& spec) {
  Writer writer;
  for (const char* flag : {"hostNetwork", "hostPID", "hostIPC"})
    writer.add(flag, bool_at(spec, flag) ? "true" : "false");
  writer.add_field(spec, SchemaType::PodSpec, "shareProcessNamespace");
  writer.add_field(spec, SchemaType::PodSpec, "hostUsers");
  const Value& context = part_of(spec, "securityContext");
  for (const std::string_view name : kPodSecurityContext)
    writer.add_field(context, SchemaType::PodSecurityContext, name);
  return std::move(writer).text();
}

std::string pod_spec_json(const Value& spec) {
  Writer writer;
  for (const std::string_view name : kPodSpec) {
    if (name == "securityContext") {
      writer.add(name, pod_security_json(spec));
    } else {
      writer.add_field(spec, SchemaType::PodSpec, name);
    }
  }
  return std::move(writer).text();
}

/// Metadata is embedded with its JSON names, the spec is not.
std::string pod_template_json(const Value& pod_template) {
  std::string meta = go_json(part_of(pod_template, "metadata"), SchemaType::ObjectMeta);
  meta.pop_back();
  return meta + (meta.size() > 1 ? "," : "") + "\"Spec\":" + pod_spec_json(part_of(pod_template, "spec")) + "}";
}

}  // namespace

std::string internal_json(const Value& value, SchemaType type) {
  if (is_meta(type)) return go_json(value, type);
  if (type == SchemaType::PodTemplateSpec) return pod_template_json(value);
  if (type == SchemaType::PodSpec) return pod_spec_json(value);
  Writer writer;
  for (const SchemaField& field : schema_fields(type))
    writer.add(field.name, field_json(value.find(field.name), field));
  return std::move(writer).text();
}

std::string internal_json(const Value* value, SchemaType type) {
  return value == nullptr ? "null" : internal_json(*value, type);
}

}  // namespace podlapse::validation
