// The parts of validation, each after the upstream function it is named for. They take decoded and defaulted objects and
// append to `errors` in the server's order.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "validator.hpp"

namespace podlapse::validation {

/// The names of a Pod's valid volumes, and which of them are images.
struct VolumeNames {
  std::set<std::string, std::less<>> all, images, claims;
};

void validate_object_meta(const Value& meta, const Path& path, Errors& errors, bool is_label = false);
void validate_annotations(const Value::Object& annotations, const Path& path, Errors& errors);
void validate_labels(const Value::Object& labels, const Path& path, Errors& errors);

/// ValidateObjectMetaUpdate.
void validate_object_meta_update(const Value& meta, const Value& old, const Path& path, Errors& errors);
/// ValidateLabelSelector; true when LabelSelectorAsSelector would take it.
bool validate_label_selector(const Value& selector, const Path& path, Errors& errors);
/// ValidatePodSpecificAnnotations; `spec` is the Pod's.
void validate_pod_annotations(const Value::Object& annotations, const Value& spec, const Path& path, Errors& errors);
/// Profiles in annotations and fields of a new Pod agree (validateSeccompAnnotationsAndFields,
/// validateAppArmorAnnotationsAndFieldsMatchOnCreate).
void validate_profile_annotations(const Value& pod, Errors& errors);

void validate_pod_spec(const Value& spec, const Path& path, Options options, Errors& errors);
void validate_dns_config(const Value& spec, const Path& path, Errors& errors);
void validate_host_aliases(const Value::Array& aliases, const Path& path, Errors& errors);
void validate_affinity(const Value& affinity, const Path& path, Errors& errors);
void validate_tolerations(const Value::Array& tolerations, const Path& path, Errors& errors);
void validate_topology_spread(const Value::Array& constraints, const Path& path, Errors& errors);

/// validatePodSpecSecurityContext; `path` is the security context's.
void validate_pod_security_context(const Value& spec, const Path& path, Errors& errors);
/// ValidateSecurityContext of a container; `path` is the security context's.
void validate_security_context(const Value& container, const Path& path, const Options& options, Errors& errors);
void validate_windows_options(const Value* options, const Path& path, Errors& errors);
/// validateWindowsHostProcessPod.
void validate_host_process(const Value& spec, const Path& path, Errors& errors);
void validate_host_users(const Value& spec, const Path& path, Errors& errors);
/// validateOS, then what a Pod of that system may not set.
void validate_os(const Value& spec, const Path& path, Errors& errors);

[[nodiscard]] VolumeNames validate_volumes(const Value::Array& volumes, const Options& options, const Path& path, Errors& errors);
void validate_volume_source(const Value& volume, const Options& options, const Path& path, Errors& errors);
void validate_projected(const Value& source, const Path& path, Errors& errors);
/// A file mode from 0 to 0777.
void validate_mode(const Value& holder, const char* field, const Path& path, Errors& errors);
/// validateKeyToPath for each of `items`.
void validate_items(const Value& source, const Path& path, Errors& errors);
/// validateDownwardAPIVolumeFile.
void validate_downward_file(const Value& file, const Path& path, Errors& errors);
/// ValidatePersistentVolumeClaimTemplate.
void validate_claim_template(const Value& claim, const Path& path, Errors& errors);
/// ValidatePersistentVolumeClaimSpec.
void validate_claim_spec(const Value& spec, const Path& path, Errors& errors);
void validate_volume_mounts(const Value& container, const VolumeNames& volumes, const Path& path, Errors& errors);
void validate_volume_devices(const Value& container, const VolumeNames& volumes, const Path& path, Errors& errors);
/// validateLocalDescendingPath: relative and without `..`.
void validate_local_path(std::string_view text, const Path& path, RuleId rule, Errors& errors);
/// validatePathNoBacksteps.
void validate_backsteps(std::string_view text, const Path& path, RuleId rule, Errors& errors);

void validate_containers(const Value& spec, const VolumeNames& volumes, const Path& path, const Options& options, Errors& errors);
void validate_init_containers(const Value& spec, const VolumeNames& volumes, const Path& path, const Options& options,
                              Errors& errors);
void validate_ephemeral_containers(const Value& spec, const VolumeNames& volumes, const Path& path, const Options& options,
                                   Errors& errors);
/// validateContainersOnlyForPod.
void validate_images_of_pod(const Value::Array& containers, const Path& path, Errors& errors);

void validate_lifecycle(const Value& lifecycle, const Path& path, const Options& options, Errors& errors);
/// The three probes of a container.
void validate_probes(const Value& container, const Path& path, const Options& options, Errors& errors);

void validate_ports(const Value::Array& ports, const Path& path, Errors& errors);
/// checkHostPortConflicts over the ports of one container after another.
void check_host_ports(const Value& container, const Path& path, std::set<std::string>& taken, Errors& errors);
void validate_env(const Value& container, const Path& path, Errors& errors);

/// Where a field or resource is referred to: each place allows others.
enum class DownwardUse : std::uint8_t { Environment, Volume };
/// validateObjectFieldSelector.
void validate_field_ref(const Value& ref, DownwardUse use, const Path& path, Errors& errors);
/// validateContainerResourceFieldSelector.
void validate_resource_ref(const Value& ref, DownwardUse use, const Path& path, Errors& errors);

/// validatePodResourceClaims; the names of the claims.
[[nodiscard]] std::set<std::string> validate_resource_claims(const Value::Array& claims, const Path& path, Errors& errors);
/// ValidateContainerResourceRequirements.
void validate_resources(const Value& given, const Options& options, const Path& path, Errors& errors);
/// validatePodResources: those of a Pod as a whole.
void validate_pod_resources(const Value& spec, const Options& options, const Path& path, Errors& errors);
void validate_overhead(const Value& overhead, const Path& path, Errors& errors);
void validate_resize_policy(const Value::Array& policies, const Path& path, const Options& options, Errors& errors);

/// ValidatePodTemplateSpec.
void validate_template(const Value& pod_template, const Path& path, Errors& errors);
/// A selector is there and the labels of the template match it.
void check_labels(const Value* selector, const Value& pod_template, const Path& path, Errors& errors);
[[nodiscard]] bool selects(const Value& selector, const Value::Object& labels);
/// validateJobSpec; `path` is the specification's.
void validate_job_spec(const Value& spec, const Path& path, Errors& errors);
/// ValidateJob beyond metadata.
void validate_job(const Value& job, Errors& errors);
/// validateCronJobSpec; with `old` an update.
void validate_cron_job_spec(const Value& spec, const Value* old, const Path& path, Errors& errors);
void validate_deployment_strategy(const Value& spec, const Path& path, Errors& errors);
/// What ValidateStatefulSetSpec says before the selector.
void validate_stateful_set_strategy(const Value& spec, const Path& path, Errors& errors);
void validate_daemon_set_strategy(const Value& spec, const Path& path, Errors& errors);

/// validatePodMetadataAndSpec, without the metadata of an update.
void validate_pod_parts(const Value& pod, Errors& errors);
/// ValidatePodCreate.
void validate_pod(const Value& pod, Errors& errors);
/// An object of another kind without its metadata.
void validate_workload_spec(const Value& object, SchemaType kind, Errors& errors);
/// An object of another kind that has a pod template: Deployment, Job, ...
void validate_workload(const Value& object, SchemaType kind, Errors& errors);

}  // namespace podlapse::validation
