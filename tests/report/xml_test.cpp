#include "podlapse/report/xml.hpp"

#include <doctest/doctest.h>

using namespace podlapse;

TEST_SUITE("report/xml") {
  TEST_CASE("marks are quoted, and what XML cannot hold is replaced") {
    CHECK(xml_text("a & b < c > \"d\" 'e' ]]> é😀") == "a &amp; b &lt; c &gt; &quot;d&quot; &apos;e&apos; ]]&gt; é😀");
    CHECK(xml_text("\x1b[1m \xff \xef\xbf\xbf") == "\xef\xbf\xbd[1m \xef\xbf\xbd \xef\xbf\xbd");
  }

  TEST_CASE("line ends and tabs survive a reader, in text and in attributes") {
    CHECK(xml_text("one\ttwo\r\nthree") == "one\ttwo&#13;\nthree");
    CHECK(xml_attribute("name", "one\ttwo\r\n\"three\"") == " name=\"one&#9;two&#13;&#10;&quot;three&quot;\"");
  }
}
