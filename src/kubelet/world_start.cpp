// The start path: sandbox, image, create, start, postStart. Every part may take time, during which the Pod's
// worker does nothing else (kuberuntime_manager.go SyncPod, kuberuntime_container.go startContainer).
#include <algorithm>

#include "podlapse/kubelet/sub_path.hpp"
#include "world_state.hpp"

namespace podlapse {

SandboxId World::State::ready_sandbox(PodIndex index) const {
  const Pod& pod = pods[index];
  for (auto sandbox = pod.sandboxes.rbegin(); sandbox != pod.sandboxes.rend(); ++sandbox) {
    if (sandbox->record.ready) return sandbox->record.id;
  }
  return SandboxId::None;
}

bool World::State::create_sandbox(PodIndex index, WorkerStep& step) {
  Pod& pod = pods[index];
  Worker& worker = pod.worker;
  if (worker.stage == StartStage::Begin) {
    worker.acted = true;
    worker.stage = StartStage::Done;
    worker.timer = push(draw(index, Draw::SandboxCreate, latencies().sandbox_create),
                        {.kind = EventKind::WorkerStep, .essential = true, .pod = index, .token = ++worker.token});
    return false;
  }
  Sandbox sandbox;
  sandbox.record.id = static_cast<SandboxId>(++last_sandbox);
  sandbox.record.attempt = worker.actions.attempt;
  sandbox.record.ready = true;
  sandbox.record.has_ip = true;
  sandbox.record.created_at = now;
  const RecordSeq why = step_record(index, step.because, worker.cause, "sandbox", kNoContainer, "a sandbox is needed");
  worker.cause = step_record(index, RuleId::SandboxCreated, why, "sandbox", kNoContainer, "sandbox created");
  sandbox.cause = worker.cause;
  pod.sandboxes.push_back(sandbox);
  runtime_changed(index, worker.cause);
  set_sandbox_ready(index, worker.cause);
  return true;
}

void World::State::purge_init_records(PodIndex index) {
  Pod& pod = pods[index];
  bool any = false;
  for (Instance& instance : pod.instances) {
    if (instance.removed || !is_init_or_sidecar(pod.spec->containers[instance.record.container].kind)) continue;
    instance.removed = any = true;
  }
  if (!any) return;
  const RecordSeq cause = step_record(index, RuleId::SandboxRecordsPurged, pod.worker.cause, "remove", kNoContainer,
                                      "records of init containers removed");
  runtime_changed(index, cause);
}

bool World::State::start_container(PodIndex index, WorkerStep& step) {
  switch (pods[index].worker.stage) {
    case StartStage::Begin: return begin_start(index, step);
    case StartStage::Pulling: return false;  // pull_done() goes on
    case StartStage::Inspected: return create_step(index, step);
    case StartStage::Created: return started_step(index, step);
    case StartStage::Reported: {
      Worker& worker = pods[index].worker;
      EventDraft draft;
      draft.reason = EventReason::Started;
      draft.text = EventDraft::Text::ContainerStarted;
      draft.container = step.container;
      kube_event(index, RuleId::StartStarted, worker.cause, draft);
      pods[index].failed_starts[step.container].reset();
      if (!pods[index].spec->containers[step.container].post_start) return true;
      begin_post_start(index, step.container);
      return false;
    }
    case StartStage::PostStart: return false;  // post_start_ends() goes on
    case StartStage::HookFailed: {
      // The kill after a failed hook is done.
      const ContainerSpec& container = pods[index].spec->containers[step.container];
      StatusMessage message;
      message.kind = StatusMessage::Kind::PostStartHook;
      message.text = pods[index].worker.hook_text;
      fail_start(index, step, StateReason::PostStartHookError, message, {});
      return container.kind != ContainerKind::Init || !pods[index].worker.abort;
    }
    case StartStage::Done: return true;
  }
  return true;
}

void World::State::fail_start(PodIndex index, const WorkerStep& step, StateReason reason, StatusMessage message, SyncError error) {
  Pod& pod = pods[index];
  Worker& worker = pod.worker;
  pod.failed_starts[step.container] = FailedStart{reason, message};
  worker.outcome.errors.push_back(error);
  worker.stage = StartStage::Done;
  if (step.flag && pod.spec->containers[step.container].kind == ContainerKind::Init) {
    worker.abort = true;
    step_record(index, RuleId::StartInitAborts, worker.cause, "start", step.container, "an init container did not start: this sync ends");
  }
}

bool World::State::begin_start(PodIndex index, WorkerStep& step) {
  Pod& pod = pods[index];
  Worker& worker = pod.worker;
  worker.acted = true;
  const ContainerSpec& container = pod.spec->containers[step.container];
  const RecordSeq decided = step_record(index, step.because, worker.cause, "start", step.container, "is to start");
  worker.cause = decided;
  pod.crash_backoff.gc(last_housekeeping(now));
  const std::uint64_t key = back_off_key(*pod.spec, container);
  const Decided<BackOffDecision> back_off = do_back_off(pod.crash_backoff, key, worker.snapshot, step.container, now);
  if (back_off.value.in_back_off) {
    EventDraft draft;
    draft.reason = EventReason::BackOff;
    draft.text = EventDraft::Text::BackOffRestarting;
    draft.container = step.container;
    const RecordSeq waits = step_record(index, back_off.because, decided, "backoff", step.container, "back-off is not over");
    kube_event(index, back_off.because, waits, draft);
    StatusMessage message;
    message.kind = StatusMessage::Kind::CrashLoopBackOff;
    message.duration = back_off.value.delay;
    fail_start(index, step, StateReason::CrashLoopBackOff, message,
               {.kind = SyncError::Kind::Backoff, .expires_at = back_off.value.expires_at});
    return true;
  }
  return image_step(index, step);
}

ImageState& World::State::image_state(const std::string& name) {
  const auto known = std::find_if(images.begin(), images.end(), [&](const ImageState& image) { return image.name == name; });
  if (known != images.end()) return *known;
  ImageState image;
  image.name = name;
  const auto given = input->images.find(name);
  if (given != input->images.end()) {
    image.behavior = &given->second;
    image.present = given->second.present;
  }
  images.push_back(std::move(image));
  return images.back();
}

bool World::State::may_pull(const PodSpec& pod, const ImageState& image) const {
  if (image.behavior == nullptr || image.behavior->secret.empty()) return true;
  const std::string& secret = image.behavior->secret;
  const bool named = std::find(pod.image_pull_secrets.begin(), pod.image_pull_secrets.end(), secret) != pod.image_pull_secrets.end();
  return named && (input->missing_objects_exist || existing({ObjectReference::Kind::Secret, secret, {}}) != nullptr);
}

bool World::State::image_step(PodIndex index, WorkerStep& step) {
  Pod& pod = pods[index];
  Worker& worker = pod.worker;
  const ContainerSpec& container = pod.spec->containers[step.container];
  const ImageState& image = image_state(container.image);
  const ImageView view{image.present, image.behavior != nullptr && !image.behavior->inspect_error.empty(),
                       may_pull(*pod.spec, image)};
  const std::uint64_t key = image_back_off_key(*pod.spec, container.image);
  const Decided<ImageStep> decision =
      ensure_image_exists(container.image, container.image_pull_policy, view, pod.image_backoff, key, now, config().gates);
  EventDraft draft;
  draft.container = step.container;
  switch (decision.value) {
    case ImageStep::UsePresent:
      draft.reason = EventReason::Pulled;
      draft.text = config().gates.kubelet_ensure_secret_pulled_images ? EventDraft::Text::AlreadyPresent
                                                                      : EventDraft::Text::AlreadyPresentUnchecked;
      kube_event(index, decision.because, worker.cause, draft);
      worker.stage = StartStage::Inspected;
      worker.timer = push(draw(index, Draw::ImageCheck, latencies().image_check, step.container),
                          {.kind = EventKind::WorkerStep, .essential = true, .pod = index, .token = ++worker.token});
      return false;
    case ImageStep::Pull:
      draft.reason = EventReason::Pulling;
      draft.text = EventDraft::Text::Pulling;
      kube_event(index, decision.because, worker.cause, draft);
      worker.cause = step_record(index, decision.because, worker.cause, "pull", step.container, "pulling the image");
      worker.stage = StartStage::Pulling;
      pulls.push_back({.pod = index, .container = step.container, .token = ++worker.token, .asked_at = now});
      start_pulls();
      return false;
    case ImageStep::BackOff:
    case ImageStep::NeverPull:
    case ImageStep::InvalidName:
    case ImageStep::InspectError: refuse_image(index, step, decision); return true;
  }
  fail_check("ImageStep", __FILE__, __LINE__);
}

void World::State::refuse_image(PodIndex index, WorkerStep& step, Decided<ImageStep> decision) {
  const Pod& pod = pods[index];
  const std::string& name = pod.spec->containers[step.container].image;
  EventDraft draft;
  draft.container = step.container;
  StatusMessage message;
  StateReason reason = StateReason::ImageInspectError;
  if (decision.value == ImageStep::BackOff) {
    draft.reason = EventReason::BackOff;
    draft.text = EventDraft::Text::BackOffPulling;
    message.kind = StatusMessage::Kind::BackOffPullingImage;
    if (const auto& failure = pod.image_failures[step.container]) {
      message.inner = failure->reason;
      message.text = failure->message.text;
    }
    reason = StateReason::ImagePullBackOff;
  } else if (decision.value == ImageStep::NeverPull) {
    draft.reason = EventReason::ErrImageNeverPull;
    draft.text = EventDraft::Text::NeverPull;
    message.kind = StatusMessage::Kind::ImageNeverPresent;
    reason = StateReason::ErrImageNeverPull;
  } else if (decision.value == ImageStep::InvalidName) {
    std::string error;
    static_cast<void>(parse_image_name(name, error));
    draft.reason = EventReason::InspectFailed;
    draft.text = EventDraft::Text::InvalidImageName;
    draft.text_id = message.text = text_id(error);
    message.kind = StatusMessage::Kind::InvalidImageName;
    reason = StateReason::InvalidImageName;
  } else {
    draft.reason = EventReason::InspectFailed;
    draft.text = EventDraft::Text::InspectFailed;
    draft.text_id = message.text = text_id(image_state(name).behavior->inspect_error);
    message.kind = StatusMessage::Kind::ImageInspect;
  }
  kube_event(index, decision.because, pod.worker.cause, draft);
  EventDraft error;
  error.reason = EventReason::Failed;
  error.text = EventDraft::Text::ErrorReason;
  error.container = step.container;
  error.state_reason = reason;
  kube_event(index, decision.because, pod.worker.cause, error);
  fail_start(index, step, reason, message, {});
}

void World::State::start_pulls() {
  const bool busy = std::any_of(pulls.begin(), pulls.end(), [](const PullRequest& pull) { return pull.started && !pull.done; });
  for (std::uint32_t i = 0; i < pulls.size(); ++i) {
    PullRequest& pull = pulls[i];
    if (pull.started) continue;
    if (constants().serialize_image_pulls && busy) return;
    pull.started = true;
    pull.started_at = now;
    const ImageState& image = image_state(pods[pull.pod].spec->containers[pull.container].image);
    const ImageBehavior standard;
    const ImageBehavior& behavior = image.behavior != nullptr ? *image.behavior : standard;
    const bool refused = !may_pull(*pods[pull.pod].spec, image);
    const bool fails_at_once = (!behavior.pull_error.empty() || behavior.absent || refused) && behavior.pull == standard.pull;
    const bool pulled_before = image.present && !behavior.present;
    const SimDuration takes = pulled_before ? std::min(behavior.pull, kPullOfPresent) : behavior.pull;
    push(fails_at_once ? SimDuration{} : takes,
         {.kind = EventKind::PullDone, .essential = true, .pod = pull.pod, .index = i, .token = pull.token});
    if (constants().serialize_image_pulls) return;
  }
}

void World::State::pull_done(const WorldEvent& event) {
  if (event.index >= pulls.size() || pulls[event.index].done || pulls[event.index].token != event.token) return;
  PullRequest& pull = pulls[event.index];
  pull.done = true;
  Pod& pod = pods[event.pod];
  Worker& worker = pod.worker;
  const ContainerSpec& container = pod.spec->containers[pull.container];
  ImageState& image = image_state(container.image);
  const ImageBehavior* behavior = image.behavior;
  const bool error_left = behavior != nullptr && !behavior->pull_error.empty() &&
                          (!behavior->pull_error_times || image.pulls_failed < *behavior->pull_error_times);
  const bool refused = !may_pull(*pod.spec, image);
  const bool fails = error_left || refused || (behavior != nullptr && behavior->absent);
  const WorkerStep step = worker.steps[worker.step];
  if (fails) {
    ++image.pulls_failed;
    const std::string unresolved = "failed to pull and unpack image \"" + container.image + "\": failed to resolve reference \"" +
                                   container.image + "\": ";
    const std::string text = error_left ? behavior->pull_error
                             : refused  ? unresolved + "pull access denied, repository does not exist or may require authorization: " +
                                             "server message: insufficient_scope: authorization failed"
                                        : unresolved + container.image + ": not found";
    pod.image_backoff.gc(last_housekeeping(now));
    pod.image_backoff.next(image_back_off_key(*pod.spec, container.image), now);
    EventDraft draft;
    draft.reason = EventReason::Failed;
    draft.text = EventDraft::Text::FailedToPull;
    draft.container = pull.container;
    Decided<PullFailure> failure = pull_failure(container.image, text);
    if (refused && !error_left) failure.because = RuleId::ImagePullRefused;
    draft.text_id = text_id(failure.value.message);
    worker.cause = step_record(event.pod, failure.because, worker.cause, "pull", pull.container, "the pull failed");
    kube_event(event.pod, failure.because, worker.cause, draft);
    EventDraft error;
    error.reason = EventReason::Failed;
    error.text = EventDraft::Text::ErrorReason;
    error.container = pull.container;
    error.state_reason = failure.value.reason;
    kube_event(event.pod, failure.because, worker.cause, error);
    StatusMessage message;
    message.kind = StatusMessage::Kind::Text;
    message.text = draft.text_id;
    pod.image_failures[pull.container] = FailedStart{failure.value.reason, message};
    fail_start(event.pod, step, failure.value.reason, message, {});
  } else {
    image.present = true;
    EventDraft draft;
    draft.reason = EventReason::Pulled;
    draft.text = EventDraft::Text::PulledNow;
    draft.container = pull.container;
    draft.took = now - pull.started_at;
    draft.waited = now - pull.asked_at;
    draft.size_bytes = behavior != nullptr ? behavior->size_bytes : 0;
    worker.cause = step_record(event.pod, RuleId::StartPulled, worker.cause, "pull", pull.container, "the image is here");
    kube_event(event.pod, RuleId::StartPulled, worker.cause, draft);
    worker.stage = StartStage::Inspected;
  }
  changed(event.pod);
  if (std::all_of(pulls.begin(), pulls.end(), [](const PullRequest& each) { return each.done; })) pulls.clear();
  start_pulls();
  advance(event.pod);
}

bool World::State::create_step(PodIndex index, WorkerStep& step) {
  Worker& worker = pods[index].worker;
  const ContainerSpec& container = pods[index].spec->containers[step.container];
  Decided<std::string> missing{missing_for_container(index, container), RuleId::StartConfigMissing};
  // What a controller makes has labels, annotations and variables of its own.
  if (missing.value.empty() && !pods[index].owner) missing = sub_path_problem(*pods[index].spec, container);
  if (!missing.value.empty()) {
    EventDraft draft;
    draft.reason = EventReason::Failed;
    draft.text = EventDraft::Text::ErrorText;
    draft.container = step.container;
    draft.text_id = text_id(missing.value);
    kube_event(index, missing.because, worker.cause, draft);
    StatusMessage message;
    message.kind = StatusMessage::Kind::Text;
    message.text = draft.text_id;
    fail_start(index, step, StateReason::CreateContainerConfigError, message, {});
    return true;
  }
  worker.stage = StartStage::Created;
  worker.stage_instance = kNoContainer;
  worker.timer = push(draw(index, Draw::Create, latencies().container_create, step.container),
                      {.kind = EventKind::WorkerStep, .essential = true, .pod = index, .token = ++worker.token});
  return false;
}

bool World::State::started_step(PodIndex index, WorkerStep& step) {
  Pod& pod = pods[index];
  Worker& worker = pod.worker;
  EventDraft draft;
  draft.container = step.container;
  if (worker.stage_instance == kNoContainer) {  // CreateContainer has returned
    worker.stage_instance = create_instance(index, step.container, ready_sandbox(index));
    draft.reason = EventReason::Created;
    draft.text = EventDraft::Text::ContainerCreated;
    worker.cause = step_record(index, RuleId::StartCreated, worker.cause, "create", step.container, "container created");
    kube_event(index, RuleId::StartCreated, worker.cause, draft);
    const std::optional<SimDuration> takes = run_behavior(index, pod.instances[worker.stage_instance]).start_takes;
    worker.timer = push(takes ? *takes : draw(index, Draw::Start, latencies().container_start, step.container),
                        {.kind = EventKind::WorkerStep, .essential = true, .pod = index, .token = ++worker.token});
    return false;
  }
  if (start_process(index, worker.stage_instance, worker.cause)) {
    worker.cause = pod.instances[worker.stage_instance].cause;
    worker.stage = StartStage::Reported;
    worker.timer = push(draw(index, Draw::StartReport, latencies().start_report, step.container),
                        {.kind = EventKind::WorkerStep, .essential = true, .pod = index, .token = ++worker.token});
    return false;
  }
  draft.reason = EventReason::Failed;
  draft.text = EventDraft::Text::ErrorText;
  draft.text_id = pod.instances[worker.stage_instance].record.message;
  kube_event(index, RuleId::StartFailed, worker.cause, draft);
  StatusMessage message;
  message.kind = StatusMessage::Kind::Text;
  message.text = draft.text_id;
  fail_start(index, step, StateReason::RunContainerError, message, {});
  return true;
}

void World::State::begin_post_start(PodIndex index, ContainerIndex container) {
  Worker& worker = pods[index].worker;
  worker.stage = StartStage::PostStart;
  const Handler& handler = *pods[index].spec->containers[container].post_start;
  const SimDuration until_it_runs =
      handler.kind == HandlerKind::Exec ? draw(index, Draw::Exec, latencies().exec, container) : SimDuration{};
  worker.hook = push(until_it_runs, {.kind = EventKind::HookRuns, .essential = true, .pod = index, .index = kPostStart,
                                     .token = ++worker.token, .cause = worker.cause});
}

void World::State::post_start_runs(PodIndex index) {
  Worker& worker = pods[index].worker;
  const ContainerIndex container = worker.steps[worker.step].container;
  const Instance& instance = pods[index].instances[worker.stage_instance];
  const Handler& handler = *pods[index].spec->containers[container].post_start;
  worker.hook = {};
  if (!instance.alive && handler.kind == HandlerKind::Exec) {
    return post_start_ends(index, 1, worker.cause);
  }
  worker.cause = emit(index, RuleId::PostStartRuns, worker.cause, [&] {
    return HookObservation{pods[index].spec->containers[container].name, instance.record.attempt, HookObservation::Hook::PostStart,
                           HookObservation::What::Start};
  });
  changed(index);
  worker.hook_running = true;
  const HookBehavior& hook = behavior(index, container).post_start;
  std::optional<SimDuration> takes = hook.takes;
  if (handler.kind == HandlerKind::Sleep) takes = handler.sleep;
  if (handler.kind == HandlerKind::TcpSocket) takes = SimDuration{};
  if (hook.until && handler.kind != HandlerKind::Sleep && handler.kind != HandlerKind::TcpSocket) {
    return moments_changed(worker.cause);
  }
  if (!takes) return;
  worker.hook = push(*takes, {.kind = EventKind::HookEnds, .essential = true, .pod = index, .index = kPostStart,
                              .token = worker.token, .cause = worker.cause});
}

void World::State::post_start_ends(PodIndex index, std::int32_t exit_code, RecordSeq cause) {
  Pod& pod = pods[index];
  Worker& worker = pod.worker;
  const ContainerIndex container = worker.steps[worker.step].container;
  const ContainerSpec& spec = pod.spec->containers[container];
  const Handler& handler = *spec.post_start;
  cancel(worker.hook);
  if (worker.hook_running) {
    worker.cause = emit(index, RuleId::PostStartRuns, cause, [&] {
      return HookObservation{spec.name, pod.instances[worker.stage_instance].record.attempt, HookObservation::Hook::PostStart,
                             HookObservation::What::End};
    });
  }
  worker.hook_running = false;
  changed(index);
  const bool failed = handler.kind == HandlerKind::TcpSocket || (handler.kind != HandlerKind::Sleep && exit_code != 0);
  if (!failed) {
    worker.stage = StartStage::Done;
    return advance(index);
  }
  EventDraft draft;
  draft.reason = EventReason::FailedPostStartHook;
  draft.text = EventDraft::Text::PostStartFailed;
  draft.container = container;
  kube_event(index, RuleId::PostStartFailed, worker.cause, draft);
  worker.hook_text = text_id("command terminated with exit code " + std::to_string(exit_code));
  worker.stage = StartStage::HookFailed;
  begin_kill(index, container, pod.instances[worker.stage_instance].record.id, KillReason::FailedPostStartHook, false, std::nullopt,
             RuleId::PostStartFailed, worker.cause);
}

}  // namespace podlapse
