// Standard output, checked: what could not be written is an error, but for a reader that has left.
#pragma once

#include <stdexcept>
#include <string_view>

namespace podlapse::cli {

/// The reader of standard output has closed it (`podlapse ... | head`): nothing is wrong, and nothing is left to do.
struct OutputClosed : std::runtime_error {
  OutputClosed() : std::runtime_error("standard output was closed") {}
};

/// Standard output cannot be written; what() says why.
struct OutputFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// From now on a reader that has left makes a write fail with OutputClosed, instead of killing the process.
void ignore_broken_pipe();

/// Writes `text` through a buffer. @throws OutputClosed, OutputFailed
void write_output(std::string_view text);

/// Hands everything written so far to the reader. @throws OutputClosed, OutputFailed
void flush_output();

}  // namespace podlapse::cli
