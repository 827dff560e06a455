#include "podlapse/api/field_error.hpp"

#include <algorithm>
#include <string_view>

namespace podlapse {

const char* to_string(FieldErrorType type) {
  switch (type) {
    case FieldErrorType::Required: return "Required value";
    case FieldErrorType::Invalid: return "Invalid value";
    case FieldErrorType::NotSupported: return "Unsupported value";
    case FieldErrorType::Duplicate: return "Duplicate value";
    case FieldErrorType::NotFound: return "Not found";
    case FieldErrorType::Forbidden: return "Forbidden";
    case FieldErrorType::TooMany: return "Too many";
    case FieldErrorType::TooLong: return "Too long";
  }
  return "";
}

const char* cause_reason(FieldErrorType type) {
  switch (type) {
    case FieldErrorType::Required: return "FieldValueRequired";
    case FieldErrorType::Invalid: return "FieldValueInvalid";
    case FieldErrorType::NotSupported: return "FieldValueNotSupported";
    case FieldErrorType::Duplicate: return "FieldValueDuplicate";
    case FieldErrorType::NotFound: return "FieldValueNotFound";
    case FieldErrorType::Forbidden: return "FieldValueForbidden";
    case FieldErrorType::TooMany: return "FieldValueTooMany";
    case FieldErrorType::TooLong: return "FieldValueTooLong";
  }
  return "";
}

std::string error_body(const FieldError& error) {
  const bool without_value = error.type == FieldErrorType::Required || error.type == FieldErrorType::Forbidden ||
                             error.type == FieldErrorType::TooLong || error.bad_value.empty();
  std::string body = to_string(error.type);
  if (!without_value) body += ": " + error.bad_value;
  if (!error.detail.empty()) body += ": " + error.detail;
  return body;
}

std::string to_string(const FieldError& error) { return error.path + ": " + error_body(error); }

std::string invalid_message(const std::string& kind, const std::string& name, const std::vector<FieldError>& errors) {
  std::vector<std::string> texts;
  for (const FieldError& error : errors) {
    std::string text = to_string(error);
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
  }
  std::string message = kind + " \"" + name + "\" is invalid: ";
  if (texts.size() == 1) return message + texts.front();
  for (std::size_t i = 0; i < texts.size(); ++i) message += (i == 0 ? "[" : ", ") + texts[i];
  return texts.empty() ? message : message + "]";
}

namespace {

/// The entry of a block that is called, or is, the string that an error prints; some paths stop at the block around it.
const SourceSpan* find_entry(const Value& block, const std::string& printed) {
  if (printed.size() < 2 || printed.front() != '"') return nullptr;
  const std::string_view text = std::string_view{printed}.substr(1, printed.size() - 2);
  const auto is_it = [text](const Value& value) { return value.is_string() && value.as_string() == text; };
  if (block.is_object()) {
    for (const Value::Member& member : block.members()) {
      if (member.key == text && member.key_span.known()) return &member.key_span;
      if (is_it(member.value) && member.value.span().known()) return &member.value.span();
    }
  } else if (block.is_array()) {
    for (const Value& item : block.items()) {
      const Value* name = item.find("name");
      if (is_it(item) && item.span().known()) return &item.span();
      if (name != nullptr && is_it(*name) && name->span().known()) return &name->span();
    }
  }
  return nullptr;
}

}  // namespace

SourceSpan locate(const Value& document, const FieldError& error) {
  SourceSpan best = document.span();
  const Value* at = &document;
  std::string_view rest = error.path;
  while (!rest.empty()) {
    if (rest.front() == '.') rest.remove_prefix(1);
    const bool is_index = !rest.empty() && rest.front() == '[';
    const std::size_t stop = is_index ? rest.find(']') + 1 : std::min(rest.find_first_of(".["), rest.size());
    if (stop == 0) return best;
    const std::string_view step = rest.substr(0, stop);
    const Value::Member* member = is_index ? at->find_member(step.substr(1, step.size() - 2)) : at->find_member(step);
    at = at->at_path(step);
    if (at == nullptr) return best;
    if (member != nullptr && member->key_span.known()) best = member->key_span;
    const bool is_block = at->is_object() || at->is_array();
    if (at->span().known() && (!is_block || member == nullptr)) best = at->span();
    rest.remove_prefix(stop);
  }
  const SourceSpan* entry = find_entry(*at, error.bad_value);
  return entry != nullptr ? *entry : best;
}

}  // namespace podlapse
