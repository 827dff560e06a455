// A Pod's names and addresses: dnsConfig and hostAliases (pkg/apis/core/validation/validation.go).
#include <string>

#include "formats.hpp"
#include "ip_address.hpp"
#include "validate.hpp"

namespace podlapse::validation {
namespace {

constexpr std::size_t kNameserversMax = 3, kSearchesMax = 32, kSearchCharactersMax = 2048;

/// IsValidIPForLegacyField.
void validate_ip(const std::string& text, RuleId rule, const Path& path, Errors& errors) {
  formats::IpAddress address;
  if (!formats::parse_ip(text, address)) {
    return errors.invalid(path, rule, text, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
  }
  if (address.has_leading_zero) errors.invalid(path, rule, text, "must not have leading 0s");
  if (address.is_mapped) errors.invalid(path, rule, text, "must not be an IPv4-mapped IPv6 address");
}

void validate_searches(const Value::Array& searches, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateDnsConfig;
  const Value list{searches};
  if (searches.size() > kSearchesMax) {
    errors.invalid_json(path, kRule, go_json_list(&list), "must not have more than 32 search paths");
  }
  std::size_t size = searches.empty() ? 0 : searches.size() - 1;
  for (const Value& search : searches) size += search.as_string().size();
  if (size > kSearchCharactersMax) {
    errors.invalid_json(path, kRule, go_json_list(&list),
                        "must not have more than 2048 characters (including spaces) in the search list");
  }
  for (std::size_t i = 0; i < searches.size(); ++i) {
    std::string search = searches[i].as_string();
    if (search == ".") continue;
    if (!search.empty() && search.back() == '.') search.pop_back();
    errors.invalid_each(path.index(i), kRule, search, formats::dns1123_subdomain_with_underscore(search));
  }
}

}  // namespace

void validate_dns_config(const Value& spec, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateDnsConfig;
  const Value* config = object_at(spec, "dnsConfig");
  const bool is_none = spec.string_at("dnsPolicy") == "None";
  if (is_none && config == nullptr) {
    return errors.required(path, kRule, "must provide `dnsConfig` when `dnsPolicy` is None");
  }
  if (config == nullptr) return;
  const Value::Array& servers = list_at(*config, "nameservers");
  const Path servers_path = path.child("nameservers");
  if (is_none && servers.empty()) {
    return errors.required(servers_path, kRule, "must provide at least one DNS nameserver when `dnsPolicy` is None");
  }
  if (servers.size() > kNameserversMax) {
    const Value list{servers};
    errors.invalid_json(servers_path, kRule, go_json_list(&list), "must not have more than 3 nameservers");
  }
  for (std::size_t i = 0; i < servers.size(); ++i) {
    validate_ip(servers[i].as_string(), kRule, servers_path.index(i), errors);
  }
  validate_searches(list_at(*config, "searches"), path.child("searches"), errors);
  const Value::Array& options = list_at(*config, "options");
  const Path options_path = path.child("options");
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (options[i].string_at("name").empty()) errors.required(options_path.index(i), kRule, "must not be empty");
  }
}

void validate_host_aliases(const Value::Array& aliases, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateHostAliases;
  for (std::size_t i = 0; i < aliases.size(); ++i) {
    const Path at = path.index(i);
    validate_ip(aliases[i].string_at("ip"), kRule, at.child("ip"), errors);
    const Value::Array& names = list_at(aliases[i], "hostnames");
    const Path names_path = at.child("hostnames");
    for (std::size_t j = 0; j < names.size(); ++j) {
      const std::string& name = names[j].as_string();
      errors.invalid_each(names_path.index(j), kRule, name, formats::dns1123_subdomain(name));
    }
  }
}

}  // namespace podlapse::validation
