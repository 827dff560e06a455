#include "allocations.hpp"

#include <cstdlib>
#include <new>

std::uint64_t& podlapse::bench::allocations() {
  static std::uint64_t count = 0;
  return count;
}

void* operator new(std::size_t size) {
  ++podlapse::bench::allocations();
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc{};
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
