// Records and Kubernetes events: built only when somebody listens.
#include <algorithm>

#include "world_state.hpp"

namespace podlapse {

void World::State::record(const std::string& pod, RuleId because, RecordSeq record_seq, RecordSeq cause, Observation observation) {
  TraceRecord out;
  out.seq = record_seq;
  out.cause = cause;
  out.at = now;
  out.pod = pod;
  out.rule = rule(because).id;
  out.observation = std::move(observation);
  sink->on_record(out);
}

RecordSeq World::State::step_record(PodIndex pod, RuleId because, RecordSeq cause, const char* step, ContainerIndex container,
                                    const char* text) {
  return emit(pod, because, cause, [&] {
    const std::string name = container == kNoContainer ? std::string() : pods[pod].spec->containers[container].name;
    return StepObservation{step, name, text};
  });
}

RenderContext World::State::render_context(PodIndex pod) const { return {*pods[pod].spec, texts, input->clock}; }

std::uint32_t World::State::text_id(const std::string& text) {
  if (text.empty()) return 0;
  const auto found = std::find(texts.begin(), texts.end(), text);
  if (found != texts.end()) return static_cast<std::uint32_t>(found - texts.begin());
  texts.push_back(text);
  return static_cast<std::uint32_t>(texts.size() - 1);
}

std::uint32_t World::State::take_event_slot(RuleId because) {
  std::uint32_t slot = 0;
  while (slot < pending_events.size() && pending_events[slot].used) ++slot;
  if (slot == pending_events.size()) pending_events.emplace_back();
  pending_events[slot] = {};
  pending_events[slot].used = true;
  pending_events[slot].at = now;
  pending_events[slot].because = because;
  return slot;
}

void World::State::kube_event(PodIndex pod, RuleId because, RecordSeq cause, const EventDraft& draft) {
  const EventCorrelator::Outcome outcome = pods[pod].correlator->correlate(draft, now, pods[pod].spec.get());
  if (outcome.dropped) return;
  const std::uint32_t slot = take_event_slot(because);
  PendingEvent& pending = pending_events[slot];
  pending.pod = pod;
  pending.spec = pods[pod].spec;
  pending.draft = draft;
  pending.outcome = outcome;
  // The recorder writes one event after another.
  const SimTime written = now + draw(pod, Draw::EventWrite, latencies().event_write);
  pods[pod].last_event_written = std::max(pods[pod].last_event_written, written);
  push_at(pods[pod].last_event_written,
          {.kind = EventKind::EventWritten, .essential = true, .pod = pod, .index = slot, .cause = cause});
}

KubeEvent World::State::rendered(const PendingEvent& pending) const {
  const EventDraft& draft = pending.draft;
  KubeEvent event;
  event.type = event_type(draft);
  event.reason = to_string(draft.reason);
  event.message = (pending.outcome.combined ? "(combined from similar events): " : "") +
                  render_event_text(draft, {*pending.spec, texts, input->clock});
  if (draft.container != kNoContainer) {
    const ContainerSpec& container = pending.spec->containers[draft.container];
    event.container = container.name;
    const char* list = container.kind == ContainerKind::Main        ? "spec.containers{"
                       : container.kind == ContainerKind::Ephemeral ? "spec.ephemeralContainers{"
                                                                    : "spec.initContainers{";
    event.field_path = list + container.name + "}";
  }
  event.count = pending.outcome.count;
  event.first_timestamp = input->clock.at(pending.outcome.first);
  event.last_timestamp = input->clock.at(pending.at);
  return event;
}

void World::State::event_written(const WorldEvent& event) {
  PendingEvent& pending = pending_events[event.index];
  if (!pending.owner.empty()) return owner_event_written(event, pending);
  emit(event.pod, pending.because, event.cause, [&] { return EventObservation{rendered(pending)}; });
  pending.used = false;
}

}  // namespace podlapse
