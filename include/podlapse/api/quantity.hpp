// resource.Quantity: "64Mi", "500m", "1e3". Parsed exactly, compared, and written in the canonical form in which the API
// server stores it (k8s.io/apimachinery/pkg/api/resource/quantity.go).
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace podlapse {

__extension__ typedef __int128 QuantityAmount;

struct Quantity {
  enum class Format : std::uint8_t { DecimalSI, BinarySI, DecimalExponent };
  QuantityAmount nano = 0;  ///< the amount in billionths; beyond int64 units it is capped, as upstream
  Format format = Format::DecimalSI;

  /// The amount in whole units, rounded up (Quantity.Value()).
  [[nodiscard]] std::int64_t value() const;
  /// "64Mi", "500m" (Quantity.String()).
  [[nodiscard]] std::string to_string() const;
  /// Rounds up to thousandths, as defaulting does with resource lists (SetDefaults_ResourceList).
  void round_up_to_milli();
};

[[nodiscard]] inline std::strong_ordering compare(const Quantity& a, const Quantity& b) { return a.nano <=> b.nano; }

/// Parses `text` (ParseQuantity). False when it is no quantity; then `error` is the decoder's message.
[[nodiscard]] bool parse_quantity(std::string_view text, Quantity& out, std::string& error);

}  // namespace podlapse
