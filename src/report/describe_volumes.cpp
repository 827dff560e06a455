// The volumes of `kubectl describe pod`: describe.go describeVolumes and the print*VolumeSource functions.
#include <string>
#include <utility>
#include <vector>

#include "describe.hpp"
#include "fields.hpp"
#include "podlapse/api/quantity.hpp"

namespace podlapse::describing {
namespace {

using namespace fields;

/// How a field of a volume source is printed.
enum class Form : std::uint8_t {
  Text,        ///< a string, or nothing
  Number,      ///< 0 where it is absent
  Bool,        ///< false where it is absent
  TextOrNone,  ///< "<none>" where it is absent
  List,        ///< Go's %v: "[a b]"
  Joined,      ///< "a, b"
  Map,         ///< Go's %v: "map[a:1 b:2]"
  Reference,   ///< a LocalObjectReference as Go prints it
  SizeLimit,   ///< a quantity, "<unset>" where it is absent or 0
};

struct SourceField {
  const char* label;  ///< as kubectl has it, colons and their absence included
  const char* key;
  Form form = Form::Text;
};

/// A kind of volume that is told field by field.
struct Source {
  const char* key;
  const char* type;
  std::vector<SourceField> fields;
};

/// In the order in which kubectl looks for them.
const std::vector<Source>& sources() {
  using enum Form;
  static const std::vector<Source> kSources = {
      {"hostPath", "HostPath (bare host directory volume)", {{"Path:", "path"}, {"HostPathType:", "type", TextOrNone}}},
      {"emptyDir", "EmptyDir (a temporary directory that shares a pod's lifetime)",
       {{"Medium:", "medium"}, {"SizeLimit:", "sizeLimit", SizeLimit}}},
      {"gcePersistentDisk", "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
       {{"PDName:", "pdName"}, {"FSType:", "fsType"}, {"Partition:", "partition", Number}, {"ReadOnly:", "readOnly", Bool}}},
      {"awsElasticBlockStore", "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
       {{"VolumeID:", "volumeID"}, {"FSType:", "fsType"}, {"Partition:", "partition", Number}, {"ReadOnly:", "readOnly", Bool}}},
      {"gitRepo", "GitRepo (a volume that is pulled from git when the pod is created)",
       {{"Repository:", "repository"}, {"Revision:", "revision"}}},
      {"secret", "Secret (a volume populated by a Secret)",
       {{"SecretName:", "secretName"}, {"Optional:", "optional", Bool}}},
      {"configMap", "ConfigMap (a volume populated by a ConfigMap)", {{"Name:", "name"}, {"Optional:", "optional", Bool}}},
      {"nfs", "NFS (an NFS mount that lasts the lifetime of a pod)",
       {{"Server:", "server"}, {"Path:", "path"}, {"ReadOnly:", "readOnly", Bool}}},
      {"iscsi", "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
       {{"TargetPortal:", "targetPortal"}, {"IQN:", "iqn"}, {"Lun:", "lun", Number}, {"ISCSIInterface", "iscsiInterface"},
        {"FSType:", "fsType"}, {"ReadOnly:", "readOnly", Bool}, {"Portals:", "portals", List},
        {"DiscoveryCHAPAuth:", "chapAuthDiscovery", Bool}, {"SessionCHAPAuth:", "chapAuthSession", Bool},
        {"SecretRef:", "secretRef", Reference}, {"InitiatorName:", "initiatorName", TextOrNone}}},
      {"glusterfs", "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
       {{"EndpointsName:", "endpoints"}, {"Path:", "path"}, {"ReadOnly:", "readOnly", Bool}}},
      {"persistentVolumeClaim", "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
       {{"ClaimName:", "claimName"}, {"ReadOnly:", "readOnly", Bool}}},
      {"ephemeral", "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)", {}},
      {"rbd", "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
       {{"CephMonitors:", "monitors", List}, {"RBDImage:", "image"}, {"FSType:", "fsType"}, {"RBDPool:", "pool"},
        {"RadosUser:", "user"}, {"Keyring:", "keyring"}, {"SecretRef:", "secretRef", Reference}, {"ReadOnly:", "readOnly", Bool}}},
      {"quobyte", "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
       {{"Registry:", "registry"}, {"Volume:", "volume"}, {"ReadOnly:", "readOnly", Bool}}},
      {"downwardAPI", "DownwardAPI (a volume populated by information about the pod)", {}},
      {"azureDisk", "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
       {{"DiskName:", "diskName"}, {"DiskURI:", "diskURI"}, {"Kind: ", "kind"}, {"FSType:", "fsType"},
        {"CachingMode:", "cachingMode"}, {"ReadOnly:", "readOnly", Bool}}},
      {"vsphereVolume", "vSphereVolume (a Persistent Disk resource in vSphere)",
       {{"VolumePath:", "volumePath"}, {"FSType:", "fsType"}, {"StoragePolicyName:", "storagePolicyName"}}},
      {"cinder", "Cinder (a Persistent Disk resource in OpenStack)",
       {{"VolumeID:", "volumeID"}, {"FSType:", "fsType"}, {"ReadOnly:", "readOnly", Bool}, {"SecretRef:", "secretRef", Reference}}},
      {"photonPersistentDisk", "PhotonPersistentDisk (a Persistent Disk resource in photon platform)",
       {{"PdID:", "pdID"}, {"FSType:", "fsType"}}},
      {"portworxVolume", "PortworxVolume (a Portworx Volume resource)", {{"VolumeID:", "volumeID"}}},
      {"scaleIO", "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
       {{"Gateway:", "gateway"}, {"System:", "system"}, {"Protection Domain:", "protectionDomain"}, {"Storage Pool:", "storagePool"},
        {"Storage Mode:", "storageMode"}, {"VolumeName:", "volumeName"}, {"FSType:", "fsType"}, {"ReadOnly:", "readOnly", Bool}}},
      {"cephfs", "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
       {{"Monitors:", "monitors", List}, {"Path:", "path"}, {"User:", "user"}, {"SecretFile:", "secretFile"},
        {"SecretRef:", "secretRef", Reference}, {"ReadOnly:", "readOnly", Bool}}},
      {"storageos", "StorageOS (a StorageOS Persistent Disk resource)",
       {{"VolumeName:", "volumeName"}, {"VolumeNamespace:", "volumeNamespace"}, {"FSType:", "fsType"}, {"ReadOnly:", "readOnly", Bool}}},
      {"fc", "FC (a Fibre Channel disk)",
       {{"TargetWWNs:", "targetWWNs", Joined}, {"LUN:", "lun", TextOrNone}, {"FSType:", "fsType"}, {"ReadOnly:", "readOnly", Bool}}},
      {"azureFile", "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
       {{"SecretName:", "secretName"}, {"ShareName:", "shareName"}, {"ReadOnly:", "readOnly", Bool}}},
      {"flexVolume", "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
       {{"Driver:", "driver"}, {"FSType:", "fsType"}, {"SecretRef:", "secretRef", Reference}, {"ReadOnly:", "readOnly", Bool},
        {"Options:", "options", Map}}},
      {"flocker", "Flocker (a Flocker volume mounted by the Flocker agent)",
       {{"DatasetName:", "datasetName"}, {"DatasetUUID:", "datasetUUID"}}},
      {"projected", "Projected (a volume that contains injected data from multiple sources)", {}},
      {"csi", "CSI (a Container Storage Interface (CSI) volume source)",
       {{"Driver:", "driver"}, {"FSType:", "fsType"}, {"ReadOnly:", "readOnly", Bool}}},
      {"image", "Image (a container image or OCI artifact)", {{"Reference:", "reference"}, {"PullPolicy:", "pullPolicy"}}},
  };
  return kSources;
}

std::string words(const Value::Array& list, const char* separator) {
  std::string text;
  for (const Value& item : list) text += (&item == list.data() ? "" : separator) + scalar_text(&item);
  return text;
}

std::string map_text(const Value& holder, const char* key) {
  std::string text;
  for (const Pair& pair : sorted_pairs(holder, key)) text += (text.empty() ? "" : " ") + pair.key + ":" + pair.value;
  return "map[" + text + "]";
}

std::string size_limit(const Value* limit) {
  Quantity amount;
  std::string error;
  const bool given = parse_quantity(scalar_text(limit), amount, error) && amount.nano > 0;
  return given ? amount.to_string() : "<unset>";
}

std::string field_text(const Value& source, const SourceField& field) {
  const Value* value = source.find(field.key);
  const bool given = value && !value->is_null();
  switch (field.form) {
    case Form::Text: return scalar_text(value);
    case Form::Number: return given ? scalar_text(value) : "0";
    case Form::Bool: return bool_at(source, field.key) ? "true" : "false";
    case Form::TextOrNone: return given ? scalar_text(value) : "<none>";
    case Form::List: return "[" + words(list_at(source, field.key), " ") + "]";
    case Form::Joined: return words(list_at(source, field.key), ", ");
    case Form::Map: return map_text(source, field.key);
    case Form::Reference:
      return given ? "&LocalObjectReference{Name:" + text_at(*value, "name") + ",}" : "nil";
    case Form::SizeLimit: return size_limit(value);
  }
  return {};
}

/// A member that is set, to whatever object.
const Value* set_member(const Value& holder, const char* key) {
  const Value* member = holder.find(key);
  return member && member->is_object() ? member : nullptr;
}

void put_downward_items(const Writer& out, const Value& source) {
  out.put(0, "    Items:\n");
  for (const Value& item : list_at(source, "items")) {
    const std::string path = text_at(item, "path");
    if (const Value* field = set_member(item, "fieldRef")) out.put(3, text_at(*field, "fieldPath") + " -> " + path + "\n");
    if (const Value* resource = set_member(item, "resourceFieldRef")) {
      out.put(3, text_at(*resource, "resource") + " -> " + path + "\n");
    }
  }
}

void put_projections(const Writer& out, const Value& source) {
  const auto put_reference = [&out](const char* label, const Value& reference) {
    out.field(2, label, text_at(reference, "name"));
    out.field(2, "Optional:", bool_at(reference, "optional") ? "true" : "false");
  };
  for (const Value& projection : list_at(source, "sources")) {
    if (const Value* secret = set_member(projection, "secret")) {
      put_reference("SecretName:", *secret);
    } else if (set_member(projection, "downwardAPI")) {
      out.field(2, "DownwardAPI:", "true");
    } else if (const Value* map = set_member(projection, "configMap")) {
      put_reference("ConfigMapName:", *map);
    } else if (const Value* token = set_member(projection, "serviceAccountToken")) {
      out.field(2, "TokenExpirationSeconds:", std::to_string(int_at(*token, "expirationSeconds").value_or(0)));
    }
  }
}

/// printPersistentVolumeClaim of a template: the claim itself, its status and capacity do not exist yet.
void put_claim_template(const Writer& outer, const Value& source) {
  const Value* claim = set_member(source, "volumeClaimTemplate");
  if (claim == nullptr) return;
  const Writer out = outer.nested(2);
  const Value& metadata = object_at(*claim, "metadata");
  const Value& spec = object_at(*claim, "spec");
  const Value* old_class = object_at(metadata, "annotations").find("volume.beta.kubernetes.io/storage-class");
  out.field(0, "StorageClass:", old_class ? scalar_text(old_class) : text_at(spec, "storageClassName"));
  out.field(0, "Volume:", text_at(spec, "volumeName"));
  put_labels(out, "Labels", metadata, "labels");
  put_annotations(out, metadata);
  out.field(0, "Capacity:", text_at(spec, "volumeName").empty() ? "" : "0");
  out.field(0, "Access Modes:", "");
  if (const Value* mode = spec.find("volumeMode")) out.field(0, "VolumeMode:", scalar_text(mode));
  const Value* origin = set_member(spec, "dataSource");
  if (origin == nullptr) return;
  out.put(0, "DataSource:\n");
  if (const Value* group = origin->find("apiGroup")) out.field(1, "APIGroup:", scalar_text(group));
  out.field(1, "Kind:", text_at(*origin, "kind"));
  out.field(1, "Name:", text_at(*origin, "name"));
}

void put_attributes(const Writer& out, const Value& source) {
  out.put(2, "VolumeAttributes:\t");
  const std::vector<Pair> attributes = sorted_pairs(source, "volumeAttributes");
  if (attributes.empty()) return out.put_line("<none>");
  bool first = true;
  for (const Pair& attribute : attributes) {
    if (!std::exchange(first, false)) {
      out.put(2, "");
      out.put(2, "\t");
    }
    std::string line = attribute.key + "=" + attribute.value;
    if (line.size() > 140) line = line.substr(0, 140) + "...";
    out.put(2, line + "\n");
  }
}

void put_source(const Writer& out, const Source& kind, const Value& source) {
  out.field(2, "Type:", kind.type);
  for (const SourceField& field : kind.fields) out.field(2, field.label, field_text(source, field));
  const std::string_view key = kind.key;
  if (key == "downwardAPI") put_downward_items(out, source);
  if (key == "projected") put_projections(out, source);
  if (key == "ephemeral") put_claim_template(out, source);
  if (key == "csi") put_attributes(out, source);
}

void put_volume(const Writer& out, const Value& volume) {
  out.put(1, text_at(volume, "name") + ":\n");
  for (const Source& kind : sources()) {
    if (const Value* source = set_member(volume, kind.key)) return put_source(out, kind, *source);
  }
  out.put(1, "<unknown>\n");
}

}  // namespace

void put_volumes(const Writer& out, const Value::Array& volumes) {
  if (volumes.empty()) return out.field(0, "Volumes:", "<none>");
  out.put(0, "Volumes:\n");
  for (const Value& volume : volumes) put_volume(out, volume);
}

}  // namespace podlapse::describing
