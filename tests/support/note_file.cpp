#include "support/note_file.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace podlapse::test {

void write_note(const char* folder_variable, std::string_view text) {
  const char* folder = std::getenv(folder_variable);
  if (folder == nullptr || *folder == '\0') return;
  std::filesystem::create_directories(folder);
  const std::filesystem::path binary = std::filesystem::read_symlink("/proc/self/exe").filename();
  std::ofstream{std::filesystem::path{folder} / (binary.string() + ".txt")} << text;
}

}  // namespace podlapse::test
