// Integers only: the same seed gives the same draws with every compiler and at every optimisation level.
#include "podlapse/base/chance.hpp"

namespace podlapse {

namespace {

/// The finaliser of splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014): each bit of
/// the result depends on each bit of the argument.
std::uint64_t mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

/// The upper 64 bits of the 128-bit product: `fraction` / 2^64 of `width`, rounded down.
std::uint64_t scale(std::uint64_t fraction, std::uint64_t width) {
  const std::uint64_t low_mask = 0xffffffffULL;
  const std::uint64_t a_low = fraction & low_mask, a_high = fraction >> 32;
  const std::uint64_t b_low = width & low_mask, b_high = width >> 32;
  const std::uint64_t low = a_low * b_low;
  const std::uint64_t middle = a_high * b_low + (low >> 32);
  const std::uint64_t other = a_low * b_high + (middle & low_mask);
  return a_high * b_high + (middle >> 32) + (other >> 32);
}

/// The point `fraction` / 2^64 of the way from `low` to `high`. Requires: low <= high.
SimDuration between(SimDuration low, SimDuration high, std::uint64_t fraction) {
  const auto width = static_cast<std::uint64_t>((high - low).count());
  return low + SimDuration{static_cast<std::int64_t>(scale(fraction, width))};
}

constexpr std::uint64_t kHalf = std::uint64_t{1} << 63;
constexpr std::uint64_t kTenth = ~std::uint64_t{0} / 10;   ///< the quantile 0.1 in 1/2^64
constexpr std::uint64_t kNineTenths = kTenth * 9;
static_assert((kHalf - kTenth - 1) / 2 <= ~std::uint64_t{0} / 5, "the inner pieces are stretched without overflow");

}  // namespace

SimDuration Chance::draw(const Latency& latency, StreamId stream, std::uint64_t index) const {
  // The quantile function's four straight pieces. Within a piece of width w (in quantiles) the rest is stretched to
  // [0, 2^64) by multiplying with 1/w: 10 for the outer pieces, 10/4 for the inner ones.
  const std::uint64_t quantile = bits(stream, index);  // without a seed a half, which is the median
  if (quantile < kTenth) return between(latency.min, latency.p10, quantile * 10);
  if (quantile < kHalf) return between(latency.p10, latency.median, (quantile - kTenth) / 2 * 5);
  if (quantile < kNineTenths) return between(latency.median, latency.p90, (quantile - kHalf) / 2 * 5);
  const std::uint64_t rest = quantile - kNineTenths;
  return between(latency.p90, latency.max, rest > kTenth ? ~std::uint64_t{0} : rest * 10);
}

std::uint64_t Chance::bits(StreamId stream, std::uint64_t index) const {
  if (!seed_) return kHalf;
  return mix(mix(mix(*seed_) ^ static_cast<std::uint64_t>(stream)) ^ index);
}

}  // namespace podlapse
