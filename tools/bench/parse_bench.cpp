// Reading a manifest: yaml-cpp's parser alone, its node trees, and our document trees with places. Then what the server
// does with it: defaults and validation.
#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>
#include <string>

#include "podlapse/api/validation.hpp"
#include "yaml/text.hpp"

namespace podlapse::bench {
namespace {

const std::string& manifest() {
  static const std::string text = R"(apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web, tier: front}
spec:
  replicas: 3
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web, tier: front}
      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/port: "9090"
    spec:
      terminationGracePeriodSeconds: 45
      initContainers:
      - name: migrate
        image: registry.example/web/migrate:1.4.2
        command: [sh, -c, 'until nc -z db 5432; do sleep 1; done; ./migrate up']
        env:
        - name: DATABASE_URL
          valueFrom:
            secretKeyRef: {name: web-db, key: url}
      - name: proxy
        image: registry.example/mesh/proxy:2.0
        restartPolicy: Always
        ports:
        - containerPort: 15001
        startupProbe:
          httpGet: {path: /ready, port: 15021}
          periodSeconds: 1
          failureThreshold: 30
      containers:
      - name: web
        image: registry.example/web/app:1.4.2
        ports:
        - name: http
          containerPort: 8080
        resources:
          requests: {cpu: 250m, memory: 128Mi}
          limits: {memory: 256Mi}
        readinessProbe:
          httpGet:
            path: /healthz
            port: http
          initialDelaySeconds: 3
          periodSeconds: 5
        lifecycle:
          preStop:
            exec:
              command: ["/bin/sh", "-c", "sleep 5"]
        volumeMounts:
        - name: cache
          mountPath: /var/cache/web
      volumes:
      - name: cache
        emptyDir: {}
)";
  return text;
}

/// Hears every event and does nothing.
struct Deaf final : YAML::EventHandler {
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

void yaml_cpp_events(benchmark::State& state) {
  for (auto _ : state) {
    std::istringstream stream(manifest());
    YAML::Parser parser(stream);
    Deaf handler;
    while (parser.HandleNextDocument(handler)) {
    }
  }
}

void yaml_cpp_nodes(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(YAML::LoadAll(manifest()));
}

void our_trees(benchmark::State& state) {
  for (auto _ : state) {
    std::vector<Diagnostic> diagnostics;
    const std::vector<Value> documents = yaml::read_documents(manifest(), 0, {}, diagnostics);
    if (documents.size() != 1 || !diagnostics.empty()) state.SkipWithError("the manifest was not understood");
    benchmark::DoNotOptimize(documents.data());
  }
}

/// Defaulting and validating the manifest of `our_trees`, decoding included.
void checked(benchmark::State& state) {
  std::vector<Diagnostic> diagnostics;
  const std::vector<Value> documents = yaml::read_documents(manifest(), 0, {}, diagnostics);
  for (auto _ : state) {
    const CheckedObject object = check_object(documents.front(), SchemaType::Deployment);
    if (!object.errors.empty() || !object.problems.empty()) state.SkipWithError("the manifest was refused");
    benchmark::DoNotOptimize(&object);
  }
}

long peak_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

/// Ten thousand manifests in one process, and what memory they have cost beyond the first hundred.
void many(benchmark::State& state) {
  for (auto _ : state) {
    long after_some = 0;
    for (int i = 0; i < 10'000; ++i) {
      std::vector<Diagnostic> diagnostics;
      const std::vector<Value> documents = yaml::read_documents(manifest(), 0, {}, diagnostics);
      const CheckedObject object = check_object(documents.front(), SchemaType::Deployment);
      benchmark::DoNotOptimize(&object);
      if (i == 99) after_some = peak_kib();
    }
    state.counters["KiB"] = static_cast<double>(peak_kib() - after_some);
  }
}

BENCHMARK(yaml_cpp_events)->Name("parse/yaml_cpp_events");
BENCHMARK(yaml_cpp_nodes)->Name("parse/yaml_cpp_nodes");
BENCHMARK(our_trees)->Name("parse/document_trees");
BENCHMARK(our_trees)->Name("check/document_trees");
BENCHMARK(checked)->Name("check/defaults_and_validation");
BENCHMARK(many)->Name("many/ten_thousand")->Iterations(1);

}  // namespace
}  // namespace podlapse::bench
