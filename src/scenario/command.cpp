#include "podlapse/scenario/command.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace podlapse {

namespace {

using namespace std::chrono_literals;

// ---- words ------------------------------------------------------------------------------------------------

/// A word of the shell, or an operator (`;`, newline as `;`, `&&`, `||`, `|`, `&`).
struct Token {
  std::string text;
  bool is_operator = false;
  bool is_dynamic = false;       ///< holds a variable or a pattern: `text` is not what the program will see
  bool is_substitution = false;  ///< runs another command to make the word: nobody knows for how long
  bool is_quoted = false;        ///< no keyword
};

constexpr std::string_view kSpace = " \t";
constexpr std::size_t kTokensMax = 10'000;
constexpr int kLoopsMax = 20;

/// Cuts a script into tokens. Redirections are dropped: they take no time. Here-documents, subshells and groups are not
/// understood.
class Lexer {
 public:
  explicit Lexer(std::string_view script) : rest_(script) {}

  /// False when something in the script is not understood.
  bool run(std::vector<Token>& out) {
    while (!rest_.empty()) {
      if (out.size() > kTokensMax) return false;
      const char c = rest_.front();
      if (kSpace.find(c) != std::string_view::npos) {
        rest_.remove_prefix(1);
      } else if (rest_.substr(0, 2) == "\\\n") {
        rest_.remove_prefix(2);
      } else if (c == '#') {
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
      } else if (c == '(' || c == ')') {
        return false;
      } else if (is_redirection()) {
        if (!skip_redirection()) return false;
      } else if (!take_operator(out) && !take_word(out)) {
        return false;
      }
    }
    return true;
  }

 private:
  [[nodiscard]] bool is_redirection() const {
    std::size_t at = 0;
    while (at < rest_.size() && rest_[at] >= '0' && rest_[at] <= '9') ++at;
    if (rest_.substr(at, 2) == "&>") return true;
    return at < rest_.size() && (rest_[at] == '>' || rest_[at] == '<');
  }

  bool skip_redirection() {
    rest_.remove_prefix(rest_.find_first_of("><"));
    if (rest_.substr(0, 2) == "<<" || rest_.substr(0, 2) == "<(" || rest_.substr(0, 2) == ">(") return false;
    rest_.remove_prefix(std::min(rest_.find_first_not_of("><&|"), rest_.size()));
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kSpace), rest_.size()));
    std::vector<Token> target;
    return take_word(target);
  }

  bool take_operator(std::vector<Token>& out) {
    for (const std::string_view op : {"&&", "||", ";;", ";", "\n", "&", "|"}) {
      if (rest_.substr(0, op.size()) != op) continue;
      Token token;
      token.text = op == "\n" ? ";" : std::string{op};
      token.is_operator = true;
      out.push_back(token);
      rest_.remove_prefix(op.size());
      return true;
    }
    return false;
  }

  bool take_word(std::vector<Token>& out) {
    Token word;
    const std::size_t before = rest_.size();
    while (!rest_.empty() && std::string_view{" \t\n;&|<>()"}.find(rest_.front()) == std::string_view::npos) {
      if (!take_part(word)) return false;
    }
    if (rest_.size() == before) return false;
    out.push_back(std::move(word));
    return true;
  }

  /// One character or one quoted part of a word.
  bool take_part(Token& word) {
    const char c = rest_.front();
    if (c == '\'') {
      const std::size_t end = rest_.find('\'', 1);
      if (end == std::string_view::npos) return false;
      word.text += rest_.substr(1, end - 1);
      word.is_quoted = true;
      rest_.remove_prefix(end + 1);
      return true;
    }
    if (c == '"') return take_double_quoted(word);
    if (c == '$' || c == '`') return take_expansion(word);
    if (c == '\\') {
      if (rest_.size() < 2) return false;
      rest_.remove_prefix(1);
      word.is_quoted = true;
    } else if (std::string_view{"*?{"}.find(c) != std::string_view::npos) {
      word.is_dynamic = true;
    }
    word.text += rest_.front();
    rest_.remove_prefix(1);
    return true;
  }

  bool take_double_quoted(Token& word) {
    word.is_quoted = true;
    rest_.remove_prefix(1);
    while (!rest_.empty() && rest_.front() != '"') {
      if (rest_.front() == '$' || rest_.front() == '`') {
        if (!take_expansion(word)) return false;
        continue;
      }
      if (rest_.front() == '\\' && rest_.size() > 1 &&
          std::string_view{"\"\\$`\n"}.find(rest_[1]) != std::string_view::npos) {
        rest_.remove_prefix(1);
      }
      word.text += rest_.front();
      rest_.remove_prefix(1);
    }
    if (rest_.empty()) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// `$NAME`, `${...}`, `$?`, `$((...))`, `$(...)`, `...` in backticks. Their text is kept as written.
  bool take_expansion(Token& word) {
    word.is_dynamic = true;
    std::size_t length = 1;
    if (rest_.front() == '`') {
      const std::size_t end = rest_.find('`', 1);
      if (end == std::string_view::npos) return false;
      length = end + 1;
      word.is_substitution = true;
    } else if (rest_.substr(0, 2) == "$(") {
      length = matching(1, '(', ')');
      word.is_substitution = rest_.substr(0, 3) != "$((";
    } else if (rest_.substr(0, 2) == "${") {
      length = matching(1, '{', '}');
      word.is_substitution = rest_.substr(0, length).find("$(") != std::string_view::npos;
    } else {
      length = std::min<std::size_t>(2, rest_.size());
    }
    if (length == 0) return false;
    word.text += rest_.substr(0, length);
    rest_.remove_prefix(length);
    return true;
  }

  /// The length of what ends with the bracket that closes the one at `at`; 0 when there is none.
  [[nodiscard]] std::size_t matching(std::size_t at, char open, char close) const {
    int depth = 0;
    for (std::size_t i = at; i < rest_.size(); ++i) {
      if (rest_[i] == open) ++depth;
      if (rest_[i] == close && --depth == 0) return i + 1;
    }
    return 0;
  }

  std::string_view rest_;
};

// ---- what a command does to the shell that runs it --------------------------------------------------------

/// Done: ends after `takes` with `status`. Forever: never ends by itself. Exits: ends the shell after `takes` with
/// `status`. Unknown: ends some time with some status, and the shell goes on. Opaque: nothing is certain, not even
/// that.
struct Effect {
  enum class Kind : std::uint8_t { Done, Forever, Exits, Unknown, Opaque };
  Kind kind = Kind::Done;
  SimDuration takes{};
  std::int32_t status = 0;
};

constexpr Effect kUnknown{Effect::Kind::Unknown, {}, 0};
constexpr Effect kOpaque{Effect::Kind::Opaque, {}, 0};
constexpr Effect kForever{Effect::Kind::Forever, {}, 0};

/// Longer than this is for ever: instants are 64-bit nanoseconds, and nobody watches a Pod for ten years.
constexpr SimDuration kLongest = std::chrono::hours{24 * 365 * 10};

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::string_view base_name(std::string_view program) {
  const std::size_t slash = program.rfind('/');
  if (slash == std::string_view::npos) return program;
  const std::string_view folder = program.substr(0, slash);
  if (is_one_of(folder, {"/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin", ""}))
    return program.substr(slash + 1);
  return program;
}

/// `5`, `0.5s`, `2m`, `1h`, `1d`, `infinity`: an operand of sleep.
bool add_sleep(std::string_view word, Effect& effect) {
  if (is_one_of(word, {"infinity", "inf"})) {
    effect.kind = Effect::Kind::Forever;
    return true;
  }
  std::int64_t times = 1;
  std::string text{word};
  if (!text.empty() && text.back() == 'd') {
    text.back() = 'h';
    times = 24;
  }
  const bool plain = std::count_if(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; }) <= 1;
  SimDuration one{};
  if (text.size() > 10 && text.find_first_not_of("0123456789") >= text.size() - 1) {  // too long for 64-bit nanoseconds
    effect.kind = Effect::Kind::Forever;
    return true;
  }
  if (!plain || !parse_duration(text, one)) return false;
  if (one > kLongest / times || effect.takes > kLongest - one * times) {
    effect.kind = Effect::Kind::Forever;
  } else {
    effect.takes += one * times;
  }
  return true;
}

Effect run_sleep(const std::vector<Token>& words) {
  if (words.size() < 2) return kUnknown;
  Effect effect;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i].is_dynamic || !add_sleep(words[i].text, effect)) return kUnknown;
  }
  return effect;
}

Effect run_tail(const std::vector<Token>& words) {
  bool follows = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view word = words[i].text;
    if (word.substr(0, 5) == "--pid") return kUnknown;
    if (is_one_of(word, {"--follow", "--follow=name", "--follow=descriptor"})) follows = true;
    if (word.size() > 1 && word[0] == '-' && word[1] != '-' && word.find_first_of("fF") != std::string_view::npos)
      follows = true;
  }
  return follows ? kForever : kUnknown;
}

bool any_substitution(const std::vector<Token>& words) {
  return std::any_of(words.begin(), words.end(), [](const Token& word) { return word.is_substitution; });
}

/// Guards against scripts made to take long: how deep shells may start shells, and how many commands are looked at.
struct Limits {
  int shells = 20;
  int commands = 20'000;
};

Effect run_shell(const std::vector<Token>& words, Limits& limits);

/// A program that the kernel starts: no builtins of the shell.
Effect run_program(const std::vector<Token>& words, Limits& limits) {
  const Token& first = words.front();
  if (first.is_dynamic || any_substitution(words)) return kUnknown;
  const std::string_view name = base_name(first.text);
  if (name == "sleep") return run_sleep(words);
  if (name == "tail") return run_tail(words);
  if (name == "false") return {Effect::Kind::Done, {}, 1};
  if (is_one_of(name, {"pause", "/pause"}) && words.size() == 1) return kForever;
  if (name == "busybox" && words.size() > 1) return run_program({words.begin() + 1, words.end()}, limits);
  if (is_one_of(name, {"sh", "bash", "ash", "dash"})) return run_shell(words, limits);
  if (is_one_of(name, {"true", "echo", "printf", "date", "pwd", "hostname", "id", "whoami", "uname", "touch", "mkdir",
                       "rm", "cp", "mv", "ln", "chmod", "chown"})) {
    return {};
  }
  return kUnknown;
}

// ---- the script -------------------------------------------------------------------------------------------

/// Walks a script once, as the shell would, and adds up what it says. Not understood syntax makes it Opaque.
class Interpreter {
 public:
  Interpreter(std::vector<Token> tokens, bool exit_on_error, Limits& limits)
      : tokens_(std::move(tokens)), exit_on_error_(exit_on_error), limits_(limits) {}

  Effect run() {
    const Effect effect = list(0, tokens_.size(), 0);
    return broken_ ? kOpaque : effect;
  }

 private:
  struct Range {
    std::size_t begin = 0, end = 0;
  };

  [[nodiscard]] bool is_operator(std::size_t at, std::string_view text) const {
    return tokens_[at].is_operator && tokens_[at].text == text;
  }
  [[nodiscard]] bool is_keyword(std::size_t at, std::string_view text) const {
    const Token& token = tokens_[at];
    return !token.is_operator && !token.is_quoted && !token.is_dynamic && token.text == text;
  }
  [[nodiscard]] bool opens_loop(std::size_t at) const {
    return is_keyword(at, "while") || is_keyword(at, "until") || is_keyword(at, "for");
  }
  /// True where a command can begin: keywords are keywords only there.
  [[nodiscard]] bool at_command(std::size_t at, std::size_t begin) const {
    return at == begin || tokens_[at - 1].is_operator || is_keyword(at - 1, "do") || is_keyword(at - 1, "while") ||
           is_keyword(at - 1, "until");
  }

  Effect fail() {
    broken_ = true;
    return kOpaque;
  }

  /// The first token in [at, end) outside of inner loops for which `stops` holds; `end` when there is none.
  template <typename Stops>
  [[nodiscard]] std::size_t find_outside_loops(std::size_t at, std::size_t end, Stops stops) const {
    int loops = 0;
    for (std::size_t i = at; i < end; ++i) {
      if (loops == 0 && stops(i)) return i;
      if (!at_command(i, at)) continue;
      if (opens_loop(i)) ++loops;
      if (is_keyword(i, "done")) --loops;
    }
    return end;
  }

  /// Statements apart by `;`, newline or `&`.
  Effect list(std::size_t at, std::size_t end, int nesting) {
    if (nesting > kLoopsMax) return fail();
    Effect sum;
    bool time_known = true;
    while (at < end && !broken_) {
      const std::size_t stop =
          find_outside_loops(at, end, [this](std::size_t i) { return is_operator(i, ";") || is_operator(i, "&"); });
      if (stop == at) {
        ++at;
        continue;
      }
      const bool background = stop < end && is_operator(stop, "&");
      const Effect effect = background ? in_background({at, stop}) : and_or({at, stop}, nesting);
      at = stop + 1;
      if (effect.kind == Effect::Kind::Opaque || effect.kind == Effect::Kind::Forever) return effect;
      if (effect.kind == Effect::Kind::Unknown) {
        time_known = status_known_ = false;
        if (exit_on_error_) return kOpaque;
        continue;
      }
      sum.takes += effect.takes;
      if (sum.takes > kLongest) return kForever;
      sum.status = effect.status;
      set_status(effect.status);
      if (effect.kind == Effect::Kind::Exits)
        return time_known ? Effect{Effect::Kind::Exits, sum.takes, sum.status} : kOpaque;
    }
    return time_known && status_known_ ? sum : kUnknown;
  }

  void set_status(std::int32_t status) {
    status_ = status;
    status_known_ = true;
  }

  /// What runs in the background delays nothing; only a signal sent from there could end the shell.
  Effect in_background(Range range) {
    for (std::size_t i = range.begin; i < range.end; ++i) {
      if (is_one_of(tokens_[i].text, {"kill", "pkill", "killall"}) || tokens_[i].is_substitution) return kOpaque;
    }
    return {};
  }

  /// Commands joined by `&&` and `||`.
  Effect and_or(Range range, int nesting) {
    SimDuration takes{};
    Effect effect;
    bool skip = false, may_exit = true;
    for (std::size_t at = range.begin; at <= range.end;) {
      const std::size_t stop = find_outside_loops(
          at, range.end, [this](std::size_t i) { return is_operator(i, "&&") || is_operator(i, "||"); });
      if (stop == at) return fail();
      may_exit = !skip && !opens_loop(at);  // a loop has judged its own commands
      if (!skip) {
        effect = pipeline({at, stop}, nesting);
        const bool decided = effect.kind == Effect::Kind::Done;
        takes += effect.takes;
        if (takes > kLongest) return kForever;
        if (!decided && stop < range.end && effect.kind == Effect::Kind::Unknown)
          return rest_after_unknown({stop + 1, range.end});
        if (!decided) break;
        set_status(effect.status);
      }
      if (stop == range.end) break;
      skip = is_operator(stop, "&&") ? effect.status != 0 : effect.status == 0;
      at = stop + 1;
    }
    effect.takes = takes;
    if (exit_on_error_ && may_exit && effect.kind == Effect::Kind::Done && effect.status != 0)
      effect.kind = Effect::Kind::Exits;
    return effect;
  }

  /// After `unknown &&`: the rest may run or not. That is one more unknown command, unless the rest could end the shell
  /// or never return.
  Effect rest_after_unknown(Range rest) { return may_leave(rest) || may_run_forever(rest) ? kOpaque : kUnknown; }

  [[nodiscard]] bool may_leave(Range range) const {
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const Token& token = tokens_[i];
      if (token.is_operator) continue;
      if (is_one_of(token.text, {"exit", "break", "continue", "return", "exec", "kill", "pkill", "killall", "eval", ".",
                                 "source", "set", "trap"})) {
        return true;
      }
      if (token.is_dynamic && at_command(i, range.begin) && !is_assignment(token)) return true;
    }
    return false;
  }

  [[nodiscard]] bool may_run_forever(Range range) const {
    for (std::size_t i = range.begin; i < range.end; ++i) {
      if (opens_loop(i) || is_one_of(tokens_[i].text, {"infinity", "inf", "tail", "pause"})) return true;
    }
    return false;
  }

  Effect pipeline(Range range, int nesting) {
    const std::size_t bar =
        find_outside_loops(range.begin, range.end, [this](std::size_t i) { return is_operator(i, "|"); });
    if (bar == range.end) return command(range, nesting);
    return may_run_forever(range) ? kOpaque : kUnknown;
  }

  Effect command(Range range, int nesting) {
    if (--limits_.commands < 0) return fail();
    if (opens_loop(range.begin)) return loop(range, nesting);
    for (const std::string_view keyword :
         {"if", "case", "function", "{", "}", "!", "do", "done", "then", "fi", "select", "[[", "time"}) {
      if (tokens_[range.begin].text == keyword && !tokens_[range.begin].is_quoted) return fail();
    }
    const auto first = tokens_.begin() + static_cast<std::ptrdiff_t>(range.begin);
    std::vector<Token> words(first, tokens_.begin() + static_cast<std::ptrdiff_t>(range.end));
    if (std::any_of(words.begin(), words.end(), [](const Token& word) { return word.is_operator; })) return fail();
    return simple(std::move(words));
  }

  /// `while|until LIST; do LIST; done`, `for NAME in WORD...; do LIST; done`.
  Effect loop(Range range, int nesting) {
    const std::size_t inner = range.begin + 1;
    const std::size_t opens = find_outside_loops(inner, range.end, [this, inner](std::size_t i) {
      return i > inner && tokens_[i - 1].is_operator && is_keyword(i, "do");
    });
    if (opens == range.end || !is_keyword(range.end - 1, "done")) return fail();
    const Range body{opens + 1, range.end - 1};
    if (body.begin >= body.end) return fail();
    if (is_keyword(range.begin, "for")) return for_loop({inner, opens}, body, nesting);
    return while_loop(is_keyword(range.begin, "until"), {inner, opens}, body, nesting);
  }

  Effect while_loop(bool until, Range condition, Range body, int nesting) {
    const bool strict = exit_on_error_;
    exit_on_error_ = false;  // a condition may fail
    const Effect test = list(condition.begin, condition.end, nesting + 1);
    exit_on_error_ = strict;
    if (test.kind == Effect::Kind::Forever || test.kind == Effect::Kind::Exits || test.kind == Effect::Kind::Opaque)
      return test;
    if (test.kind == Effect::Kind::Done && (test.status == 0) == until) return {Effect::Kind::Done, test.takes, 0};
    const Effect once = list(body.begin, body.end, nesting + 1);
    if (test.kind == Effect::Kind::Unknown)
      return may_leave(body) || once.kind == Effect::Kind::Forever ? kOpaque : kUnknown;
    if (once.kind == Effect::Kind::Forever) return kForever;
    if (once.kind == Effect::Kind::Exits) return {Effect::Kind::Exits, test.takes + once.takes, once.status};
    return once.kind == Effect::Kind::Opaque || may_leave(body) ? kOpaque : kForever;
  }

  Effect for_loop(Range head, Range body, int nesting) {
    if (head.end - head.begin < 2 || !is_keyword(head.begin + 1, "in")) return kOpaque;
    Effect sum;
    for (std::size_t i = head.begin + 2; i < head.end && !tokens_[i].is_operator; ++i) {
      if (tokens_[i].is_dynamic) return may_leave(body) || may_run_forever(body) ? kOpaque : kUnknown;
      const Effect once = list(body.begin, body.end, nesting + 1);
      sum.takes += once.takes;
      sum.status = once.status;
      if (sum.takes > kLongest) return kForever;
      if (once.kind == Effect::Kind::Unknown) return may_leave(body) ? kOpaque : kUnknown;
      if (once.kind != Effect::Kind::Done) return {once.kind, sum.takes, sum.status};
    }
    return sum;
  }

  static bool is_assignment(const Token& word) {
    const std::size_t equals = word.text.find('=');
    if (equals == std::string::npos || equals == 0) return false;
    return word.text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == equals;
  }

  Effect simple(std::vector<Token> words) {
    const bool substitution = any_substitution(words);
    while (!words.empty() && is_assignment(words.front())) words.erase(words.begin());
    if (words.empty()) return substitution ? kUnknown : Effect{};
    const Token& first = words.front();
    if (first.is_dynamic) return kOpaque;  // could be `exit`
    if (first.text == "exit") return run_exit(words);
    if (first.text == "exec") return run_exec(std::move(words));
    if (first.text == "set") return run_set(words);
    if (first.text == "trap") return run_trap(words);
    if (is_one_of(first.text, {"break", "continue", "return", "eval", ".", "source", "kill", "pkill", "killall"}))
      return kOpaque;
    if (is_one_of(first.text, {":", "cd", "export", "umask", "unset"})) return substitution ? kUnknown : Effect{};
    return run_program(words, limits_);
  }

  Effect run_exit(const std::vector<Token>& words) {
    if (words.size() == 1 || words[1].text == "$?") {
      return status_known_ ? Effect{Effect::Kind::Exits, {}, status_} : kOpaque;
    }
    const std::string& text = words[1].text;
    std::int32_t code = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code);
    if (words[1].is_dynamic || error != std::errc{} || end != text.data() + text.size() || code < 0) return kOpaque;
    return {Effect::Kind::Exits, {}, code & 0xff};
  }

  Effect run_exec(std::vector<Token> words) {
    words.erase(words.begin());
    if (words.empty()) return {};
    Effect effect = run_program(words, limits_);
    if (effect.kind == Effect::Kind::Unknown) return kOpaque;
    if (effect.kind == Effect::Kind::Done) effect.kind = Effect::Kind::Exits;
    return effect;
  }

  Effect run_set(const std::vector<Token>& words) {
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::string& word = words[i].text;
      if (is_one_of(word, {"pipefail"})) continue;
      if (word.size() < 2 || (word[0] != '-' && word[0] != '+')) return kOpaque;
      if (word.find_first_not_of("euxo", 1) != std::string::npos) return kOpaque;
      if (word.find('e') != std::string::npos) exit_on_error_ = word[0] == '-';
    }
    return {};
  }

  /// A handler of SIGTERM says nothing about the run itself; one of EXIT or ERR may change how it ends.
  static Effect run_trap(const std::vector<Token>& words) {
    for (std::size_t i = 2; i < words.size(); ++i) {
      if (!is_one_of(words[i].text,
                     {"TERM", "SIGTERM", "INT", "SIGINT", "HUP", "SIGHUP", "QUIT", "SIGQUIT", "15", "2", "1", "3"})) {
        return kOpaque;
      }
    }
    return words.size() < 3 ? kOpaque : Effect{};
  }

  std::vector<Token> tokens_;
  bool exit_on_error_ = false;
  Limits& limits_;
  std::int32_t status_ = 0;
  bool status_known_ = true;
  bool broken_ = false;
};

/// `sh -c SCRIPT`, also with -e, -u, -x, -l and -o pipefail.
Effect run_shell(const std::vector<Token>& words, Limits& limits) {
  bool exit_on_error = false, script_next = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (word.size() > 1 && word[0] == '-' && word[1] != '-') {
      if (word.find_first_not_of("ceuxlo", 1) != std::string::npos) return kUnknown;
      exit_on_error = exit_on_error || word.find('e') != std::string::npos;
      script_next = script_next || word.find('c') != std::string::npos;
      if (word.back() == 'o') ++i;
      continue;
    }
    if (!script_next || words[i].is_dynamic || limits.shells-- <= 0) return kUnknown;
    std::vector<Token> tokens;
    if (!Lexer{word}.run(tokens)) return kUnknown;
    Effect effect = Interpreter{std::move(tokens), exit_on_error, limits}.run();
    if (effect.kind == Effect::Kind::Exits) effect.kind = Effect::Kind::Done;
    if (effect.kind == Effect::Kind::Opaque) effect.kind = Effect::Kind::Unknown;
    return effect;
  }
  return kUnknown;
}

}  // namespace

std::optional<CommandClaim> read_command(const std::vector<std::string>& argv) {
  if (argv.empty()) return std::nullopt;
  std::vector<Token> words;
  for (const std::string& word : argv) {
    Token token;
    token.text = word;
    token.is_quoted = true;
    words.push_back(token);
  }
  Limits limits;
  const Effect effect = run_program(words, limits);
  if (effect.kind == Effect::Kind::Forever) return CommandClaim{};
  if (effect.kind == Effect::Kind::Done) return CommandClaim{effect.takes, effect.status};
  return std::nullopt;
}

}  // namespace podlapse
