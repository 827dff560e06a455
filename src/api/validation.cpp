#include "podlapse/api/validation.hpp"

#include <utility>

#include "validate.hpp"

namespace podlapse {

std::vector<FieldError> validate_object(const Value& object, SchemaType kind) {
  validation::Errors errors;
  if (kind == SchemaType::Pod) {
    validation::validate_pod(object, errors);
  } else {
    validation::validate_workload(object, kind, errors);
  }
  return std::move(errors).take();
}

}  // namespace podlapse
