#include "podlapse/api/quantity.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <utility>

using namespace podlapse;

namespace {

Quantity parsed(const std::string& text) {
  Quantity quantity;
  std::string error;
  INFO(text << " " << error);
  REQUIRE(parse_quantity(text, quantity, error));
  return quantity;
}

}  // namespace

TEST_SUITE("api/quantity") {
  TEST_CASE("quantities are written in canonical form") {
    for (const auto& row : {
             std::pair{"0", "0"},    {"00", "0"},        {"0Mi", "0"},       {"1", "1"},
             {"1000", "1k"},         {"1500m", "1500m"}, {"2000m", "2"},     {"0.5", "500m"},
             {".5", "500m"},         {"1.", "1"},        {"64Mi", "64Mi"},   {"65536Ki", "64Mi"},
             {"1024", "1024"},       {"1024Ki", "1Mi"},  {"512Ki", "512Ki"}, {"0.5Gi", "512Mi"},
             {"1.5Gi", "1536Mi"},    {"1e3", "1e3"},     {"1E3", "1e3"},     {"12E2", "1200"},
             {"1e-3", "1e-3"},       {"100n", "100n"},   {"0.1n", "1n"},     {"+5", "5"},
             {"-5", "-5"},           {"-1.5", "-1500m"}, {"1E", "1E"},       {"100k", "100k"},
             {"0.0000000001", "1n"}, {"1Ki", "1Ki"},
         }) {
      CAPTURE(row.first);
      CHECK_EQ(parsed(row.first).to_string(), row.second);
    }
  }

  TEST_CASE("what is no quantity gets the decoder's words") {
    const std::string regex =
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    for (const char* text : {"", "64mb", "64 Mi", "abc", "1,5", "true", "64MiB", "5 "}) {
      Quantity quantity;
      std::string error;
      CAPTURE(text);
      CHECK_FALSE(parse_quantity(text, quantity, error));
      CHECK_EQ(error, regex);
    }
    Quantity quantity;
    std::string error;
    CHECK_FALSE(parse_quantity("5i", quantity, error));
    CHECK_EQ(error, "unable to parse quantity's suffix");
  }

  TEST_CASE("quantities compare by amount, and whole units round up") {
    CHECK(compare(parsed("1"), parsed("1000m")) == std::strong_ordering::equal);
    CHECK(compare(parsed("1Gi"), parsed("1G")) == std::strong_ordering::greater);
    CHECK(compare(parsed("-1"), parsed("0")) == std::strong_ordering::less);
    CHECK_EQ(parsed("64Mi").value(), 67108864);
    CHECK_EQ(parsed("1500m").value(), 2);
    CHECK_EQ(parsed("-1500m").value(), -1);
  }

  TEST_CASE("amounts are capped, not wrapped") {
    constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
    CHECK_EQ(parsed("9223372036854775807").value(), kMax);
    CHECK_EQ(parsed("92233720368547758070000000000000000000000").value(), kMax);
    CHECK_EQ(parsed("100E").value(), kMax);
    CHECK_EQ(parsed("100Ei").value(), kMax);
    CHECK_EQ(parsed("1e1000000").value(), kMax);
    CHECK_EQ(parsed("1e-1000000").to_string(), "1e-9");
  }

  TEST_CASE("resource lists are rounded up to thousandths") {
    Quantity quantity = parsed("100n");
    quantity.round_up_to_milli();
    CHECK_EQ(quantity.to_string(), "1m");
    quantity = parsed("1500m");
    quantity.round_up_to_milli();
    CHECK_EQ(quantity.to_string(), "1500m");
  }
}
