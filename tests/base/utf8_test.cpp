#include "podlapse/base/utf8.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace podlapse;

TEST_SUITE("base/utf8") {
  TEST_CASE("a character has one to four bytes, and what is no UTF-8 has none") {
    for (const std::string text : {"a", "é", "€", "😀", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf", "\xee\x80\x80"}) {
      CAPTURE(text);
      CHECK(character_size(text) == text.size());
      CHECK(character_size(text + "x") == text.size());
    }
    for (const std::string text : {"\x80", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3x", "\xe2\x82", "\xe0\x9f\xbf", "\xed\xa0\x80",
                                   "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
      CAPTURE(text);
      CHECK(character_size(text) == 0);
    }
  }

  TEST_CASE("printable text has no control characters but tabs and line ends, and nothing that XML cannot hold") {
    CHECK(printable("app: 5 %\t<é€😀>\r\n") == "app: 5 %\t<é€😀>\r\n");
    CHECK(printable("\x1b[31m") == "\xef\xbf\xbd[31m");
    CHECK(printable(std::string{"a\0b\x7f", 4}) == "a\xef\xbf\xbd" "b\xef\xbf\xbd");
    CHECK(printable("\xc2\x9b" "31m \xc2\xa0") == "\xef\xbf\xbd" "31m \xc2\xa0");  // CSI as one character; a no-break space
    CHECK(printable("\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd") == "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    CHECK(printable("\xe2\x82") == "\xef\xbf\xbd\xef\xbf\xbd");
    CHECK(printable("") == "");
  }
}
