// The inside of World: a node's state and the one place where decisions are applied. Private to src/kubelet/world_*.cpp,
// each of which holds one part of the mechanism:
//   world.cpp          construction, the event loop's dispatch, progress
//   world_api.cpp      the API server: creation, deletion, delivery to the kubelet, actions from outside
//   world_pleg.cpp     relists, the kubelet's cache, the sync loop's tick
//   world_worker.cpp   the Pod worker: which method next, SyncPod, SyncTerminatingPod, SyncTerminatedPod
//   world_owners.cpp   what all controllers have in common: objects whose Pods are made, watched and deleted
//   world_jobs.cpp     the Job controller: syncs of Jobs
//   world_pod_sets.cpp the controllers of ReplicaSets, StatefulSets and DaemonSets
//   world_cron_jobs.cpp the CronJob controller, which makes Jobs
//   world_volumes.cpp  volumes, and the objects a Pod refers to
//   world_start.cpp    sandboxes and the start path of a container
//   world_kill.cpp     killing: hooks, order, signals
//   world_process.cpp  the container runtime's processes, and what they wait for
//   world_probes.cpp   probe workers
//   world_status.cpp   the status manager
//   world_records.cpp  records and events
// State holds ids and indices only, never pointers into itself, so that copying it is a snapshot.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "podlapse/base/check.hpp"
#include "podlapse/controller/cron_job.hpp"
#include "podlapse/controller/job.hpp"
#include "podlapse/controller/pod_set.hpp"
#include "podlapse/engine/event_queue.hpp"
#include "podlapse/kubelet/backoff.hpp"
#include "podlapse/kubelet/cached_status.hpp"
#include "podlapse/kubelet/events.hpp"
#include "podlapse/kubelet/images.hpp"
#include "podlapse/kubelet/pod_actions.hpp"
#include "podlapse/kubelet/pod_status.hpp"
#include "podlapse/kubelet/probe_worker.hpp"
#include "podlapse/kubelet/requeue.hpp"
#include "podlapse/kubelet/restart.hpp"
#include "podlapse/kubelet/termination.hpp"
#include "podlapse/kubelet/world.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

/// seq of a record; 0 names none.
using RecordSeq = std::uint64_t;

enum class EventKind : std::uint8_t {
  PodCreated,        ///< the object is created
  PodDelivered,      ///< a change of the object reaches the kubelet; aux: Delivery
  ActionDue,         ///< index: into WorldInput::actions
  Relist,            ///< the PLEG lists all Pods
  PodRelist,         ///< the PLEG lists one Pod on demand
  SyncTick,          ///< the sync loop looks at the work queue
  WorkerWakes,       ///< the worker takes up its pending update
  LateUpdate,        ///< an event of a relist that is handled behind a death
  WorkerStep,        ///< the worker's current step goes on
  KillStage,         ///< index: kill task
  SandboxStopped,    ///< StopPodSandbox has returned
  SetUpVolume,       ///< index: into PodSpec::volumes; token: Pod::volumes_token
  PullDone,          ///< index: pull request
  ProbeTick,         ///< index: probe
  ProbeRun,          ///< index: probe: the command runs
  ProbeDone,         ///< index: probe
  HookRuns,          ///< index: kill task, or kPostStart
  HookEnds,          ///< index: kill task, or kPostStart
  ProcessEnds,       ///< token: instance: its own end
  ProcessStops,      ///< token: instance: its answer to a signal
  SignalArrives,     ///< token: instance: SIGTERM reaches the process
  ForceKill,         ///< token: instance: SIGKILL
  NeedUnmet,         ///< token: instance: leaves because it lacks another container
  ExitReported,      ///< token: instance: the runtime says that it has exited
  StatusFlush,       ///< the status manager reads the object and merges
  StatusWritten,     ///< the API shows the new status
  StatusSync,        ///< the status manager looks at all Pods, for what is left to do
  EventWritten,      ///< index: pending event
  ObjectRemoved,     ///< the API removes the object
  KubeletUp,         ///< the kubelet runs again
  OwnerCreated,      ///< index: owner: the object is created
  OwnerSyncs,        ///< index: owner: its controller looks at it
  OwnerWritten,      ///< index: owner: what its controller asked for is done; a Job's status before Pods are counted (aux 0), after (1)
  OwnerExpires,      ///< index: owner: a Job's ttlSecondsAfterFinished has passed
  OwnerDeleted,      ///< index: owner: the request to delete it is done; aux 1: in the foreground
  OwnerCollected,    ///< index: owner: the garbage collector deletes its Pods
  Marker,            ///< the answer of a probe changes here
};

/// Orphan: found by housekeeping; the API does not have it.
enum class Delivery : std::uint8_t { Add, Update, Remove, Orphan };

inline constexpr std::uint32_t kPostStart = static_cast<std::uint32_t>(-2);

struct WorldEvent {
  EventKind kind = EventKind::Marker;
  bool essential = false;      ///< something that is not periodic is still to come
  std::uint8_t aux = 0;
  PodIndex pod = 0;
  std::uint32_t index = 0;
  std::uint32_t token = 0;     ///< stale when it is not the owner's any more
  RecordSeq cause = 0;
};

/// A container in the runtime. The kubelet sees `record` through the PLEG only.
struct Instance {
  ContainerRecord record;
  bool removed = false;
  bool alive = false;                    ///< its process runs; the runtime's `record.state` follows a little later
  bool signalled = false;                ///< the stop signal has reached its process
  RecordSeq cause = 0;                   ///< record of its last change
  EventHandle ends, stops, kills;
  std::vector<EventHandle> needs;        ///< by index into RunBehavior::needs: it leaves because that one is not met
  std::vector<EventHandle> markers;      ///< where its probes' answers change
};

struct Sandbox {
  SandboxRecord record;
  RecordSeq cause = 0;
};

/// killContainer of one container.
struct KillTask {
  enum class Stage : std::uint8_t { Setup, PreStop, Ordering, Stop, Report, Done };
  ContainerIndex container = kNoContainer;
  std::uint32_t instance = 0;
  KillReason reason = KillReason::Unknown;
  Stage stage = Stage::Setup;
  SimDuration grace{};                   ///< what is left
  std::optional<SimDuration> asked{};    ///< what termination asked for; before 1.28 it is given after the hook once more
  SimTime stage_began{};
  bool ordered = false;                  ///< waits for its prerequisites
  std::vector<ContainerIndex> prerequisites;
  bool hook_running = false;
  bool hook_abandoned = false;           ///< it outlasted the grace period, but its command runs on
  EventHandle timer, hook;
  std::uint32_t token = 0;
  RecordSeq cause = 0;
};

/// One thing a sync does after another. Every step may take time; the worker is blocked until the last is done.
struct WorkerStep {
  enum class Kind : std::uint8_t { WaitForVolumes, KillPod, KillContainer, ResetContainer, CreateSandbox, StartContainer, CleanUp };
  Kind kind = Kind::WaitForVolumes;
  ContainerIndex container = kNoContainer;
  InstanceId instance = InstanceId::None;
  KillReason reason = KillReason::Unknown;
  /// KillContainer: will restart; ResetContainer: kill first; StartContainer: init (a failure ends the sync)
  bool flag = false;
  RuleId because = RuleId::None;
};

enum class StartStage : std::uint8_t { Begin, Pulling, Inspected, Created, Reported, PostStart, HookFailed, Done };

enum class WorkType : std::uint8_t { Sync, Terminating, Terminated };
enum class WorkerState : std::uint8_t { Unknown, Idle, Waking, WaitingForCache, Busy, Finished };

struct Worker {
  WorkerState state = WorkerState::Unknown;
  WorkType work = WorkType::Sync;
  bool pending = false;
  RecordSeq pending_cause = 0;
  RuleId pending_rule = RuleId::None;
  bool synced_once = false;
  SimTime last_sync{};
  std::uint32_t token = 0;

  // termination
  bool termination_requested = false;
  bool evicted = false;
  bool deleted = false;                       ///< because of the object's deletion
  bool orphan = false;                        ///< known from the runtime alone
  std::optional<SimDuration> grace_override;
  std::optional<SimTime> terminated_at;

  // the sync under way
  std::vector<WorkerStep> steps;
  std::size_t step = 0;
  StartStage stage = StartStage::Begin;
  std::uint32_t stage_instance = 0;
  SimTime stage_began{};
  std::optional<SimTime> volume_wait_began;
  RecordSeq cause = 0;                        ///< record of this sync
  bool acted = false;
  bool abort = false;                         ///< a failed kill or init ends the sync
  SyncOutcome outcome;
  bool removed = false;                       ///< RestartAllContainers removed a record
  bool restart_all = false;
  bool saw_deletion = false;                  ///< the update it works on has a deletion timestamp
  RuleId because = RuleId::None;              ///< what woke it
  PodActions actions;
  PodProbeResults probes;
  RuntimePodStatus snapshot;                  ///< what this sync sees
  EventHandle timer;
  bool hook_running = false;                  ///< a postStart hook
  EventHandle hook;
  std::uint32_t hook_text = 0;
};

struct ProbeState {
  ProbeWorker worker;
  bool exists = false;
  bool running = false;
  bool again = false;                         ///< a manual trigger came while it ran
  EventHandle tick, run;                      ///< run: of the probe that runs
  std::uint32_t token = 0;
  std::uint32_t instance = 0;                 ///< being probed
  SimDuration age{};
  bool ok = false;
  bool errored = false;
  bool timed_out = false;
};

/// A probe verdict belongs to one instance (results are keyed by container ID).
struct StoredResult {
  InstanceId id = InstanceId::None;
  std::optional<ProbeResult> result;
};

struct StatusManager {
  std::optional<CachedPodStatus> cached;
  std::uint64_t version = 0, flushed_version = 0;
  bool flushing = false;
  bool finished = false;                      ///< TerminatePod has been called
  CachedPodStatus merged;                     ///< being written
  RuleId merged_because = RuleId::None;
  SimDuration write_takes{};
  EventHandle write;                          ///< the next step of the write under way
  RuleId because = RuleId::None;
  RecordSeq cause = 0;
  std::optional<SimTime> start_time;
};

/// The object in the API.
struct ApiObject {
  bool created = false, gone = false;
  CachedPodStatus status;
  std::vector<PodCondition> foreign;
  std::optional<SimDuration> deletion_grace;  ///< set once deletion was asked for
  SimTime created_at{};
  std::optional<SimTime> deleted_at;          ///< when deletion was first asked for
  bool is_tracked = false;                    ///< it has the finalizer batch.kubernetes.io/job-tracking
  bool removal_waits = false;                 ///< for a finalizer
  bool kubelet_knows_deletion = false;
  bool has_status = false;                    ///< the kubelet has written one
  bool removing = false;                      ///< the kubelet's last DELETE is under way
  RecordSeq cause = 0;
};

/// What the kubelet's PLEG knew of one container or sandbox after its last look.
struct PlegEntry {
  std::uint32_t index = 0;
  bool sandbox = false;
  RuntimeState state = RuntimeState::Created;
};

/// A run that has ended, for moments.
struct PastExit {
  ContainerIndex container = kNoContainer;
  std::int32_t attempt = 0, exit_code = 0;
};

/// Kinds of draws, each a stream of its own.
enum class Draw : std::uint8_t {
  Delivery, StatusWrite, EventWrite, VolumeMount, SandboxCreate, SandboxStop, ImageCheck, Create, Start, StartReport,
  StopCall, ExitReport, StopReport, KillSetup, Exec, Requeue, Cleanup, Removal, Oom, KillOrder, JobSync, JobWrite, Count,
};

/// The draws of a container, or of what a Pod's containers share. A container that is added or removed leaves the others'
/// draws as they were.
struct DrawStream {
  StreamId stream{};
  std::array<std::uint32_t, static_cast<std::size_t>(Draw::Count)> drawn{};  ///< by Draw
};

/// A volume whose objects are missing.
struct UnmountedVolume {
  std::uint32_t volume = 0;  ///< into PodSpec::volumes
  SimDuration back_off{};    ///< before the next attempt
};

struct Pod {
  std::shared_ptr<const PodSpec> spec;
  PodIndex source = 0;                        ///< into WorldInput::pods: what its processes do
  std::optional<std::uint32_t> owner;         ///< whose controller has made it
  RuleId made_because = RuleId::ObjectCreated;
  std::uint32_t number = 0;                   ///< among those of its owner: PodInput::behavior_of
  ApiObject api;
  Worker worker;
  StatusManager status;

  std::vector<Instance> instances;
  std::vector<Sandbox> sandboxes;
  std::vector<std::int32_t> next_attempt;     ///< by ContainerIndex: restart count of the next instance
  std::vector<PastExit> exits;                ///< kept only when somebody waits for such moments
  std::optional<SimTime> unseen_since;        ///< when the runtime first changed after the PLEG's last look
  RecordSeq runtime_cause = 0;

  RuntimePodStatus cache;
  bool in_cache = false;
  std::vector<PlegEntry> pleg;
  std::optional<SimTime> relist_requested;    ///< on demand, not served yet

  Backoff image_backoff{SimDuration{}, SimDuration{}, SimDuration{}};
  Backoff crash_backoff{SimDuration{}, SimDuration{}, SimDuration{}};
  std::vector<std::optional<FailedStart>> failed_starts;
  std::vector<std::optional<FailedStart>> image_failures;  ///< last pull failure, for the back-off's message

  std::vector<ProbeState> probes;             ///< container * 3 + kind
  std::vector<StoredResult> results;          ///< container * 3 + kind
  bool probes_added = false;

  std::vector<KillTask> kills;
  bool killing_pod = false;
  std::optional<SimTime> volumes_asked_at;    ///< the volume manager knows the Pod
  std::optional<SimTime> volumes_mounted_at;  ///< those that are not in `unmounted`
  std::vector<UnmountedVolume> unmounted;
  std::uint32_t volumes_token = 0;
  std::optional<ForcedFailure> forced;        ///< eviction
  std::optional<SimTime> requeue_at;          ///< work queue
  EventHandle tick;

  std::optional<EventCorrelator> correlator;
  SimTime last_event_written{};
  std::vector<DrawStream> draws;              ///< by ContainerIndex, and the Pod's own behind them

  SimTime last_change{};
  std::optional<SimTime> terminal_since, gone_since;
  std::uint32_t essential = 0;                ///< pending essential events
};

/// A Pod that a controller has made.
struct OwnedPod {
  PodIndex pod = 0;
  JobPodCreation created;                     ///< of a Job's
  std::int32_t ordinal = 0;                   ///< of a StatefulSet's
  std::uint32_t number = 0;                   ///< see PodInput::behavior_of
};

/// What a Job's controller knows of it.
struct JobState {
  std::shared_ptr<const JobSpec> spec;
  JobStatus status;
  JobBackoff backoff;
  std::vector<std::string> sidecars;          ///< of its template
  JobSync sync;                               ///< being applied
  std::optional<SimTime> finished_at;
  EventHandle expires;
  std::optional<SimTime> expires_at;
  std::optional<std::uint32_t> cron_job;      ///< the owner that made it
  SimTime created_at{};
};

/// What a set's controller knows of it.
struct PodSetState {
  const PodSetSpec* spec = nullptr;           ///< in WorldInput, which never changes
  FailedPodBackoff backoff;
  PodSetSync sync;                            ///< being applied
};

/// What a CronJob's controller knows of it.
struct CronJobState {
  const CronJobSpec* spec = nullptr;          ///< in WorldInput, which never changes
  std::vector<std::uint32_t> jobs;            ///< owners
  std::vector<std::uint32_t> active;          ///< of them, those in status.active
  std::optional<WallTime> last_schedule;
  CronJobSync sync;                           ///< being applied
};

/// An event that was recorded about an owner, or its Deployment: told again, it is counted.
struct OwnerEventSeries {
  OwnerEvent event;
  SimTime first{};
  std::int32_t count = 0;
};

/// An object in the API whose controller makes Pods, or Jobs.
struct Owner {
  std::string kind, name;
  std::variant<JobState, PodSetState, CronJobState> state;
  PodIndex pod = 0;                           ///< what its Pods are made of: into WorldInput::pods
  std::vector<OwnedPod> children;
  std::uint32_t made = 0;                     ///< Pods so far
  EventHandle wake;                           ///< the next sync
  SimTime wake_at{};
  bool busy = false;                          ///< its last sync is not written yet
  bool wanted = false;                        ///< another one was asked for meanwhile
  bool deleting = false, gone = false;
  std::vector<OwnerEventSeries> events;
  RecordSeq cause = 0;
  SimTime last_change{};
  DrawStream draws;
};

struct PendingEvent {
  bool used = false;
  std::string owner_kind, owner;              ///< of this object, not of a Pod
  OwnerEvent owner_event;
  SimTime owner_event_first{};
  std::int32_t owner_event_count = 0;
  PodIndex pod = 0;
  std::shared_ptr<const PodSpec> spec;        ///< as it was then; the text is made only if somebody listens
  EventDraft draft;
  EventCorrelator::Outcome outcome;
  SimTime at{};
  RuleId because = RuleId::None;
};

struct PullRequest {
  bool done = false, started = false;
  PodIndex pod = 0;
  ContainerIndex container = kNoContainer;
  std::uint32_t token = 0;
  SimTime asked_at{}, started_at{};
};

struct ImageState {
  std::string name;
  const ImageBehavior* behavior = nullptr;    ///< in WorldInput, which never changes
  bool present = false;
  std::int32_t pulls_failed = 0;
};

struct World::State {
  std::shared_ptr<const WorldInput> input;
  EventQueue<WorldEvent> queue;
  SimTime now{};
  RecordSeq seq = 0;
  TraceSink* sink = nullptr;       ///< only during a step
  std::vector<Pod> pods;
  std::vector<std::string> texts;
  std::vector<ImageState> images;
  std::vector<PullRequest> pulls;
  std::vector<PendingEvent> pending_events;
  std::vector<Owner> owners;                  ///< those of the input: jobs, pod_sets, cron_jobs; then Jobs that CronJobs have made
  std::vector<bool> template_taken;           ///< by WorldInput::pods: a Pod made of it has its place
  std::vector<ExistingObject> existing_objects;
  std::uint32_t last_instance = 0, last_sandbox = 0;

  // polling phases; instants are computed, so that nothing is scheduled while nothing happens
  SimTime relist_origin{};
  SimDuration relist_interval{};
  SimDuration relist_takes{};
  SimTime tick_origin{};
  SimTime housekeeping_origin{};
  SimTime status_sync_origin{};
  EventHandle relist;              ///< the end of the next one that somebody needs
  SimTime relist_due{};
  bool kubelet_down = false;
  SimTime kubelet_started_at{};
  bool has_moments = false;        ///< some process waits for or depends on another
  std::size_t container_count = 0; ///< of all Pods: no chain of answers that depend on others is longer

  // scratch, kept for its capacity
  GeneratedStatus generated;
  PodProbeResults scratch_probes;
  std::vector<ProbeWorkerPresence> scratch_presence;

  explicit State(std::shared_ptr<const WorldInput> world_input);
  /// `before`: how many Pods of its name there were.
  void init_pod(PodIndex index, PodIndex source, std::shared_ptr<const PodSpec> spec, std::size_t before = 0);

  // world.cpp
  void dispatch(const WorldEvent& event);
  EventHandle push(SimDuration after, WorldEvent event);
  EventHandle push_at(SimTime at, WorldEvent event);
  void cancel(EventHandle& handle);
  /// The next draw of a kind, from the stream of `container`, or from the Pod's own.
  SimDuration draw(PodIndex pod, Draw kind, const Latency& latency, ContainerIndex container = kNoContainer);
  SimDuration draw_from(DrawStream& from, Draw kind, const Latency& latency);
  [[nodiscard]] const KubeletConfig& config() const { return input->config; }
  [[nodiscard]] const KubeletConstants& constants() const { return input->config.constants; }
  [[nodiscard]] const Latencies& latencies() const { return input->config.latencies; }

  // world_records.cpp
  template <class Build>
  RecordSeq emit(PodIndex pod, RuleId because, RecordSeq cause, Build build);
  void record(const std::string& pod, RuleId because, RecordSeq record_seq, RecordSeq cause, Observation observation);
  RecordSeq step_record(PodIndex pod, RuleId because, RecordSeq cause, const char* step, ContainerIndex container, const char* text);
  void kube_event(PodIndex pod, RuleId because, RecordSeq cause, const EventDraft& draft);
  /// A free place in `pending_events`, for an event of this instant.
  std::uint32_t take_event_slot(RuleId because);
  void event_written(const WorldEvent& event);
  [[nodiscard]] KubeEvent rendered(const PendingEvent& event) const;
  std::uint32_t text_id(const std::string& text);
  [[nodiscard]] RenderContext render_context(PodIndex pod) const;
  [[nodiscard]] PodMadeObservation made_observation(PodIndex pod) const;
  void changed(PodIndex pod) { pods[pod].last_change = now; }

  // world_api.cpp
  void pod_created(const WorldEvent& event);
  void pod_delivered(const WorldEvent& event);
  void action_due(const WorldEvent& event);
  void apply(PodIndex pod, const DeletePod& action);
  void apply(PodIndex pod, const KillContainer& action);
  void apply(PodIndex pod, const OomKillContainer& action);
  void apply(PodIndex pod, const KillSandbox& action);
  void apply(PodIndex pod, const PatchPod& action);
  void apply(PodIndex pod, const PatchJob& action);
  void apply(PodIndex pod, const PatchConditions& action);
  void apply(PodIndex pod, const EvictPod& action);
  void apply(PodIndex pod, const RestartKubelet& action);
  void apply(PodIndex pod, const AddEphemeralContainer& action);
  void apply(PodIndex pod, const PutObject& action);
  void object_removed(const WorldEvent& event);
  /// A deletion that is asked for changes the generation, like a change of the spec.
  void raise_generation(PodIndex pod);
  void delete_pod(PodIndex pod, std::optional<std::int64_t> grace_period_seconds, RecordSeq cause);
  void remove_object(PodIndex pod, RuleId because, RecordSeq cause);
  [[nodiscard]] bool has_finalizer(PodIndex pod) const { return pods[pod].api.is_tracked || pods[pod].spec->has_finalizers; }
  void remove_dead(PodIndex pod, ContainerIndex container, RecordSeq cause);
  void kubelet_up();
  void find_orphan(PodIndex pod);

  // world_pleg.cpp
  [[nodiscard]] SimTime next_relist_start(SimTime after) const;
  [[nodiscard]] SimTime last_relist_start(SimTime at) const;
  void ensure_relist(SimTime start);
  void ensure_relist_for_waiter();
  void relist_all(const WorldEvent& event);
  void relist_pod(const WorldEvent& event);
  void request_relist(PodIndex pod, RecordSeq cause);
  bool update_cache(PodIndex pod, bool on_demand, RecordSeq cause);
  void prune_dead(PodIndex pod, RecordSeq cause);
  void fill_snapshot(PodIndex pod, RuntimePodStatus& out) const;
  [[nodiscard]] bool cache_newer_than(PodIndex pod, SimTime min_time) const;
  void release_waiter(PodIndex pod);
  void runtime_changed(PodIndex pod, RecordSeq cause);
  [[nodiscard]] SimTime next_tick(SimTime after) const;
  [[nodiscard]] SimTime last_housekeeping(SimTime at) const;
  [[nodiscard]] SimTime next_status_sync(SimTime after) const;
  void requeue(PodIndex pod, SimTime at, bool essential, RecordSeq cause);
  void sync_tick(const WorldEvent& event);
  void schedule_deadline(PodIndex pod);

  // world_worker.cpp
  void update_pod(PodIndex pod, RuleId because, RecordSeq cause);
  RecordSeq request_termination(PodIndex pod, RuleId because, RecordSeq cause, std::optional<SimDuration> grace);
  void start_next(PodIndex pod);
  void begin_work(PodIndex pod);
  void sync_pod(PodIndex pod);
  void sync_terminating_pod(PodIndex pod);
  void sync_terminated_pod(PodIndex pod);
  void plan_sync(PodIndex pod);
  void advance(PodIndex pod);
  bool run_step(PodIndex pod, WorkerStep& step);
  void worker_step(const WorldEvent& event);
  void finish_sync(PodIndex pod);
  void finish_terminating(PodIndex pod);
  void finish_terminated(PodIndex pod);
  void complete_work_item(PodIndex pod, bool transition, RecordSeq cause);
  bool reset_container(PodIndex pod, const WorkerStep& step);
  [[nodiscard]] SimDuration effective_grace(PodIndex pod) const;
  [[nodiscard]] bool deleting(PodIndex pod) const { return pods[pod].api.kubelet_knows_deletion; }

  // world_owners.cpp
  void add_owners();
  void owner_created(const WorldEvent& event);
  void owner_syncs(const WorldEvent& event);
  void owner_written(const WorldEvent& event);
  /// What its controller asked for is done; it looks again if it was wanted meanwhile.
  void owner_rests(std::uint32_t owner);
  /// Its controller looks at it `after` now, if it does not do so earlier anyway.
  void enqueue_owner(std::uint32_t owner, SimDuration after, bool essential = true);
  /// Tells the controller that made the Pod, if one has.
  void owned_pod_changed(PodIndex pod);
  /// A Pod called `name`, created `after` now.
  void make_pod(std::uint32_t owner, std::string name, OwnedPod about, SimDuration after, RuleId because);
  [[nodiscard]] std::shared_ptr<const PodSpec> spec_of_made(const Owner& owner, const std::string& name, const OwnedPod& about,
                                                            std::size_t before) const;
  void delete_owner(std::uint32_t owner, bool foreground, RuleId because);
  void owner_deleted(const WorldEvent& event);
  void owner_collected(const WorldEvent& event);
  void owner_gone(std::uint32_t owner, RuleId because);
  void owner_event(std::uint32_t owner, OwnerEvent event, RuleId because, SimDuration after = {});
  void event_of(const std::string& kind, const std::string& name, std::uint32_t owner, OwnerEvent event, RuleId because,
                SimDuration after);
  void owner_event_written(const WorldEvent& event, PendingEvent& pending);
  SimDuration draw_for_owner(std::uint32_t owner, Draw kind, const Latency& latency);
  /// When each of `batches` begins, and behind them when the last is done: each takes one request.
  [[nodiscard]] std::vector<SimDuration> batch_times(std::uint32_t owner, const std::vector<std::size_t>& batches);
  /// The Pod that an action on `source` concerns: of a set the oldest that is active, else the newest; `name`: the newest so called.
  [[nodiscard]] PodIndex current_pod(PodIndex source, const std::string& name) const;

  // world_jobs.cpp
  void create_job(std::uint32_t owner);
  void sync_job_of(std::uint32_t owner);
  void job_written(const WorldEvent& event);
  void show_job(std::uint32_t owner, const JobStatus& status, RuleId because);
  void tell_job(std::uint32_t owner, RuleId because);
  void job_expires(const WorldEvent& event);
  [[nodiscard]] std::vector<JobPod> job_pods(std::uint32_t owner) const;

  // world_pod_sets.cpp
  void create_pod_set(std::uint32_t owner);
  void sync_pod_set_of(std::uint32_t owner);
  [[nodiscard]] std::vector<PodSetPod> pod_set_pods(std::uint32_t owner) const;

  // world_cron_jobs.cpp
  void create_cron_job(std::uint32_t owner);
  void sync_cron_job_of(std::uint32_t owner);
  void start_job(std::uint32_t cron_job, WallTime scheduled);
  [[nodiscard]] std::vector<CronJobRun> cron_job_runs(std::uint32_t owner) const;

  // world_volumes.cpp
  enum class VolumeWait : std::uint8_t { Mounted, Waits, GivenUp };
  VolumeWait wait_for_volumes(PodIndex pod);
  void set_up_volumes(PodIndex pod);
  void set_up_volume(const WorldEvent& event);
  void look_at_volumes_next(PodIndex pod);
  void volumes_given_up(PodIndex pod);
  void cancel_volume_wait(PodIndex pod);
  void claims_changed();
  void look_up_pull_secrets(PodIndex pod);
  [[nodiscard]] const ExistingObject* existing(const ObjectReference& reference) const;
  /// What is missing, in the kubelet's words; empty: nothing.
  [[nodiscard]] std::string missing_for_container(PodIndex pod, const ContainerSpec& container) const;
  [[nodiscard]] std::string missing_for_volume(const Volume& volume) const;
  [[nodiscard]] std::string missing_claims(PodIndex pod) const;

  // world_start.cpp
  bool create_sandbox(PodIndex pod, WorkerStep& step);
  bool start_container(PodIndex pod, WorkerStep& step);
  bool begin_start(PodIndex pod, WorkerStep& step);
  /// Whether the Pod has the Secret without which the registry does not give the image.
  [[nodiscard]] bool may_pull(const PodSpec& pod, const ImageState& image) const;
  bool image_step(PodIndex pod, WorkerStep& step);
  void refuse_image(PodIndex pod, WorkerStep& step, Decided<ImageStep> decision);
  bool create_step(PodIndex pod, WorkerStep& step);
  bool started_step(PodIndex pod, WorkerStep& step);
  void begin_post_start(PodIndex pod, ContainerIndex container);
  void post_start_runs(PodIndex pod);
  void post_start_ends(PodIndex pod, std::int32_t exit_code, RecordSeq cause);
  void fail_start(PodIndex pod, const WorkerStep& step, StateReason reason, StatusMessage message, SyncError error);
  void start_pulls();
  void pull_done(const WorldEvent& event);
  ImageState& image_state(const std::string& name);
  [[nodiscard]] SandboxId ready_sandbox(PodIndex pod) const;
  void purge_init_records(PodIndex pod);

  // world_kill.cpp
  void begin_kill_pod(PodIndex pod, std::optional<SimDuration> override_grace, RuleId because, RecordSeq cause);
  void begin_kill(PodIndex pod, ContainerIndex container, InstanceId instance, KillReason reason, bool will_restart,
                  std::optional<SimDuration> override_grace, RuleId because, RecordSeq cause);
  void kill_setup_done(PodIndex pod, std::uint32_t task);
  void begin_pre_stop(PodIndex pod, std::uint32_t task);
  void pre_stop_done(PodIndex pod, std::uint32_t task);
  void begin_ordering(PodIndex pod, std::uint32_t task);
  [[nodiscard]] bool prerequisites_done(PodIndex pod, std::uint32_t task) const;
  void begin_stop(PodIndex pod, std::uint32_t task);
  void kill_stage(const WorldEvent& event);
  void hook_runs(const WorldEvent& event);
  void hook_ends(const WorldEvent& event);
  void end_pre_stop_hook(PodIndex pod, std::uint32_t task, bool failed, RecordSeq cause);
  void task_done(PodIndex pod, std::uint32_t task);
  [[nodiscard]] bool kills_done(PodIndex pod) const;
  void kills_progressed(PodIndex pod);
  void sandbox_stopped(const WorldEvent& event);
  void cut_hooks(PodIndex pod, std::uint32_t instance, RecordSeq cause);
  void exit_reported_for_kills(PodIndex pod, std::uint32_t instance, RecordSeq cause);

  // world_process.cpp
  std::uint32_t create_instance(PodIndex pod, ContainerIndex container, SandboxId sandbox);
  bool start_process(PodIndex pod, std::uint32_t instance, RecordSeq cause);
  void exit_process(PodIndex pod, std::uint32_t instance, std::int32_t exit_code, ExitReason reason, RuleId because, RecordSeq cause);
  void exit_reported(const WorldEvent& event);
  void process_ends(const WorldEvent& event);
  void process_stops(const WorldEvent& event);
  void signal_arrives(const WorldEvent& event);
  void force_kill(const WorldEvent& event);
  void need_unmet(const WorldEvent& event);
  void moments_changed(RecordSeq cause);
  /// `nested`: how many answers that depend on another one are being asked for. One that depends on itself does not hold.
  [[nodiscard]] bool holds(PodIndex asking, const Moment& moment, std::size_t nested = 0) const;
  [[nodiscard]] bool serving(PodIndex pod, ContainerIndex container, std::size_t nested) const;
  [[nodiscard]] bool probe_answer(PodIndex pod, std::uint32_t instance, ProbeKind kind, SimDuration age,
                                  std::size_t nested = 0) const;
  [[nodiscard]] const RunBehavior& run_behavior(PodIndex pod, const Instance& instance) const;
  [[nodiscard]] const ContainerBehavior& behavior(PodIndex pod, ContainerIndex container) const {
    const PodInput& given = input->pods[pods[pod].source];
    const auto own = given.behavior_of.find(pods[pod].number);
    return own == given.behavior_of.end() ? given.behavior[container] : own->second[container];
  }
  [[nodiscard]] std::uint32_t running_instance(PodIndex pod, ContainerIndex container) const;
  void schedule_markers(PodIndex pod, std::uint32_t instance);
  void look_at_moments(PodIndex pod, std::uint32_t instance, RecordSeq cause);
  void look_at_hooks(PodIndex pod, RecordSeq cause);
  /// The instance whose id is the event's token, or kNoContainer.
  [[nodiscard]] std::uint32_t instance_of(const WorldEvent& event) const;

  // world_probes.cpp
  void add_probes(PodIndex pod);
  void stop_liveness_and_startup(PodIndex pod);
  void remove_probes(PodIndex pod);
  void probe_tick_event(const WorldEvent& event);
  void probe_now(PodIndex pod, std::uint32_t probe);
  void probe_run(const WorldEvent& event);
  void probe_done(const WorldEvent& event);
  void store_result(PodIndex pod, ContainerIndex container, ProbeKind kind, InstanceId id, ProbeResult result, RuleId because,
                    RecordSeq cause);
  /// Whether some probe of a running container will come to another verdict if nothing else changes.
  [[nodiscard]] bool probes_unsettled(PodIndex pod) const;
  void trigger_readiness(PodIndex pod, ContainerIndex container);
  void schedule_probe_tick(PodIndex pod, std::uint32_t probe, SimDuration after);
  void probe_results(PodIndex pod, const RuntimePodStatus& snapshot, PodProbeResults& out) const;
  void probe_presence(PodIndex pod, std::vector<ProbeWorkerPresence>& out) const;

  // world_status.cpp
  void generate_status(PodIndex pod, const RuntimePodStatus& snapshot, bool terminal);
  /// Takes `status` over; what was cached before is left in it.
  void set_status(PodIndex pod, CachedPodStatus& status, RuleId because, RecordSeq cause, bool force);
  void set_container_readiness(PodIndex pod, ContainerIndex container, bool ready, RuleId because, RecordSeq cause);
  void set_container_started(PodIndex pod, ContainerIndex container, bool started, RuleId because, RecordSeq cause);
  void set_sandbox_ready(PodIndex pod, RecordSeq cause);
  void terminate_pod(PodIndex pod, RecordSeq cause);
  void status_flush(const WorldEvent& event);
  void status_written(const WorldEvent& event);
  void wake_status_manager(PodIndex pod);
  void remove_when_finished(PodIndex pod, RecordSeq cause);
  void publish(PodIndex pod, RuleId because, RecordSeq cause);
  [[nodiscard]] bool can_be_deleted(PodIndex pod) const;
};

template <class Build>
RecordSeq World::State::emit(PodIndex pod, RuleId because, RecordSeq cause, Build build) {
  const RecordSeq record_seq = ++seq;
  if (sink != nullptr) record(pods[pod].spec->name, because, record_seq, cause, build());
  return record_seq;
}

}  // namespace podlapse
