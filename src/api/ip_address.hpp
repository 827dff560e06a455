// IP addresses in text, as Go's net package reads and writes them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace podlapse::formats {

/// What a text is as an address.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};  ///< an IPv4 address in the last four
  bool is_v4 = false;
  bool is_mapped = false;         ///< an IPv4 address written in IPv6 (::ffff:1.2.3.4)
  bool has_leading_zero = false;  ///< 010.0.0.1, which Go's sloppy parser takes

  /// The canonical form (net.IP.String): the longest run of zeros of IPv6 is left out.
  [[nodiscard]] std::string text() const;
};

/// Parses `text` (k8s.io/utils/net ParseIPSloppy). False when it is no address.
[[nodiscard]] bool parse_ip(std::string_view text, IpAddress& out);

}  // namespace podlapse::formats
