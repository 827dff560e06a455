// The parts of validation, each after the upstream function it is named for. They take decoded and defaulted objects and
// append to `errors` in the server's order.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "validator.hpp"

namespace podlapse::validation {

/// The names of a Pod's valid volumes, and which of them are images.
struct VolumeNames {
  std::set<std::string, std::less<>> all, images, claims;
};

void validate_object_meta(const Value& meta, const Path& path, Errors& errors);
void validate_annotations(const Value::Object& annotations, const Path& path, Errors& errors);
void validate_labels(const Value::Object& labels, const Path& path, Errors& errors);

void validate_pod_spec(const Value& spec, const Path& path, Options options, Errors& errors);

[[nodiscard]] VolumeNames validate_volumes(const Value::Array& volumes, const Path& path, Errors& errors);
void validate_volume_mounts(const Value& container, const VolumeNames& volumes, const Path& path, Errors& errors);
void validate_volume_devices(const Value& container, const VolumeNames& volumes, const Path& path, Errors& errors);
/// validateLocalDescendingPath: relative and without `..`.
void validate_local_path(std::string_view text, const Path& path, RuleId rule, Errors& errors);

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
void validate_resources(const Value& resources, const Path& path, Errors& errors);
void validate_resize_policy(const Value::Array& policies, const Path& path, const Options& options, Errors& errors);

/// ValidatePodCreate.
void validate_pod(const Value& pod, Errors& errors);
/// An object of another kind that has a pod template: Deployment, Job, ...
void validate_workload(const Value& object, SchemaType kind, Errors& errors);

}  // namespace podlapse::validation
