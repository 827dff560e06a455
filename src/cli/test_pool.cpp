#include "cli/test_pool.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

namespace podlapse::cli {
namespace {

/// What threads have finished and the caller has not taken yet.
class Finished {
 public:
  void put(std::size_t index, TestedFile file) {
    const std::lock_guard lock{mutex_};
    files_.emplace(index, std::move(file));
    changed_.notify_one();
  }
  void fail(std::exception_ptr error) {
    const std::lock_guard lock{mutex_};
    if (!error_) error_ = std::move(error);
    changed_.notify_one();
  }
  /// Waits for file `index`; nullopt where `ask` says no.
  std::optional<TestedFile> wait_for(std::size_t index, const std::function<bool()>& ask) {
    std::unique_lock lock{mutex_};
    while (files_.count(index) == 0 && !error_) {
      changed_.wait_for(lock, std::chrono::milliseconds{50});
      if (!ask()) return std::nullopt;
    }
    if (error_) std::rethrow_exception(error_);
    std::optional<TestedFile> file{std::move(files_.at(index))};
    files_.erase(index);
    return file;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::size_t, TestedFile> files_;
  std::exception_ptr error_;
};

/// Stops the threads before what they use is gone, whatever happens.
struct StopAtEnd {
  std::atomic<bool>& stop;
  boost::asio::thread_pool& pool;
  ~StopAtEnd() {
    stop = true;
    pool.join();
  }
};

}  // namespace

void test_files(const std::vector<TestSource>& sources, const TestOptions& options, std::size_t jobs,
                const std::function<bool(std::size_t, TestedFile)>& take, const std::function<bool()>& ask) {
  Finished finished;
  std::atomic<bool> stop{false};
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t index = next++; index < sources.size() && !stop; index = next++) {
      try {
        finished.put(index, test_file(sources[index], options, stop));
      } catch (...) {
        finished.fail(std::current_exception());
        stop = true;
      }
    }
  };
  boost::asio::thread_pool pool{jobs};
  const StopAtEnd at_end{stop, pool};
  for (std::size_t i = 0; i < std::min(jobs, sources.size()); ++i) boost::asio::post(pool, work);
  for (std::size_t index = 0; index < sources.size(); ++index) {
    std::optional<TestedFile> file = finished.wait_for(index, ask);
    if (!file || !take(index, std::move(*file))) return;
  }
}

}  // namespace podlapse::cli
