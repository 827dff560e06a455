// Elastic columns: blocks of lines, remembered widths, and what may not reach a terminal.
#include "podlapse/report/tab_writer.hpp"

#include <doctest/doctest.h>

#include <string>

namespace podlapse::test {
namespace {

std::string laid_out(const std::string& text, TabStops stops = kDescribeTabs) {
  TabWriter tabs{stops};
  tabs.write(text);
  return tabs.take();
}

}  // namespace

TEST_SUITE("report/tab_writer") {
  TEST_CASE("a column is as wide as its widest cell in the lines that follow each other") {
    CHECK_EQ(laid_out("a\tb\nlonger\tc\n"), "a       b\nlonger  c\n");
    CHECK_EQ(laid_out("a\tb\nno cell\nlonger\tc\n"), "a  b\nno cell\nlonger  c\n");
    CHECK_EQ(laid_out("a\tb\tc\nlonger\td\nx\tlong\ty\n"), "a       b  c\nlonger  d\nx       long  y\n");
  }

  TEST_CASE("the text behind the last tab belongs to no column, and an empty cell takes the column's width") {
    CHECK_EQ(laid_out("a\tvery long\nbb\tx\n"), "a   very long\nbb  x\n");
    CHECK_EQ(laid_out("a\tb\n\tc\n"), "a  b\n   c\n");
    CHECK_EQ(laid_out("a\t\n"), "a  \n");
    CHECK_EQ(laid_out("no newline"), "no newline");
  }

  TEST_CASE("widths are characters, and a vertical tab ends a cell as a tab does") {
    CHECK_EQ(laid_out("é\tb\nab\tc\n"), "é   b\nab  c\n");
    CHECK_EQ(laid_out("a\vb\nabc\vd\n"), "a    b\nabc  d\n");
  }

  TEST_CASE("a form feed ends the columns that stand before it") {
    CHECK_EQ(laid_out("a\tb\flonger\tc\n"), "a  b\nlonger  c\n");
  }

  TEST_CASE("remembered widths only grow, also after what was handed out") {
    TabWriter tabs{kTableTabs};
    tabs.write("NAME\tAGE\nweb\t1s\n");
    CHECK_EQ(tabs.take(), "NAME   AGE\nweb    1s\n");
    tabs.write("a-longer-name\t2s\n");
    CHECK_EQ(tabs.take(), "a-longer-name   2s\n");
    tabs.write("web\t3s\n");
    CHECK_EQ(tabs.take(), "web             3s\n");
  }

  TEST_CASE("a table's cell ends at its first line break, and a terminal cannot be driven") {
    CHECK_EQ(table_line({"a", "two\nlines", "\x1b[31m"}), "a\ttwo...\t^[[31m\n");
    CHECK_EQ(escape_terminal("a\rb"), "a\\rb");
  }
}

}  // namespace podlapse::test
