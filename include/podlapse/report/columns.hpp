// The columns of `kubectl get pods`, computed from a Pod's status as the API server's printer does
// (pkg/printers/internalversion/printers.go printPod).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "podlapse/api/value.hpp"
#include "podlapse/base/time.hpp"
#include "podlapse/model/pod_status.hpp"
#include "podlapse/rules/rule_id.hpp"
#include "podlapse/trace/record.hpp"

namespace podlapse {

/// What the printer looks at of one Pod.
struct PodRow {
  PodOutline pod;                      ///< the name, and the containers of the spec with their roles
  PodStatus status;
  bool deleting = false;               ///< metadata.deletionTimestamp is set
  std::optional<WallTime> created_at;  ///< metadata.creationTimestamp; without it AGE is `<unknown>`
  std::string node_name;               ///< spec.nodeName; empty prints `<none>`
  std::vector<std::string> readiness_gates;
};

/// The same of any Pod object, whether podlapse made it or a server. What has another type than the API's counts as absent.
[[nodiscard]] PodRow pod_row_from(const Value& pod);

/// The cells of a row; the last four are those of `-o wide`.
struct PodColumns {
  std::string name, ready, status, restarts, age, ip, node, nominated_node, readiness_gates;
  RuleId status_because = RuleId::None;  ///< the rule that STATUS rests on
};

[[nodiscard]] PodColumns columns(const PodRow& row, WallTime now);

/// The heads of the columns, and a row's cells under them; the wide ones on demand.
[[nodiscard]] std::vector<std::string> column_heads(bool wide);
[[nodiscard]] std::vector<std::string> column_cells(const PodColumns& columns, bool wide);

/// The STATUS column alone.
[[nodiscard]] Decided<std::string> status_column(const PodOutline& pod, const PodStatus& status, bool deleting);

/// apimachinery util/duration HumanDuration: "119s", "5m30s", "42m", "3h5m", "20h", "2d3h", "17d", "2y1d"; "<invalid>" for more
/// than a second below zero.
[[nodiscard]] std::string human_duration(SimDuration duration);

}  // namespace podlapse
