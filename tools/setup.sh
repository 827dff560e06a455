# Sourced by tools/podlapse, tools/test and .ci/run: installs what is missing and builds. Everything is said on
# standard error, and standard input is left alone, so that a caller's pipe passes through untouched.
#
# A machine has what is needed when CMake can configure the project: CMake itself is the probe. Only where it cannot is
# a list of packages made, so a Boost in /usr/local or a CMake from elsewhere is as good as the distribution's.

say() { printf 'podlapse: %s\n' "$*" >&2; }
die() { say "$@"; exit 2; }
have() { command -v "$1" >/dev/null 2>&1; }

# run_as_root COMMAND...
run_as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@" </dev/null >&2
  elif has_terminal; then sudo "$@" </dev/tty >&2
  else sudo -n "$@" </dev/null >&2
  fi
}

# A person who can be asked: standard input may well be a manifest, so the terminal itself is tried.
has_terminal() { [ -t 2 ] && (: </dev/tty) 2>/dev/null; }

# confirm QUESTION: a person is asked; without one, CI, root and PODLAPSE_YES=1 mean yes.
confirm() {
  [ "${PODLAPSE_YES:-}" = 1 ] && return 0
  if has_terminal && [ "${CI:-}" != true ]; then
    printf 'podlapse: %s [Y/n] ' "$1" >&2
    read -r answer </dev/tty || return 1
    case $answer in '' | y* | Y*) return 0 ;; *) return 1 ;; esac
  fi
  [ "${CI:-}" = true ] || [ "$(id -u)" -eq 0 ]
}

# version_at_least HAVE WANT
version_at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]; }

# apt knows what it could install; a fresh container's does not.
have_lists() { apt-cache policy 2>/dev/null | grep -q ' Packages$'; }

installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

# The Boost.JSON package to install, or nothing where one that is new enough is installed. Distributions name it after
# its version: libboost-json1.81-dev in Debian 12, 1.83 in Debian 13 and Ubuntu 24.04, where the unversioned name will do.
boost_package() {
  for package in $(dpkg-query -W -f '${Package} ${Status}\n' 'libboost-json1.*-dev' 2>/dev/null |
    sed -n 's/ install ok installed$//p'); do
    version=${package#libboost-json}
    version_at_least "${version%-dev}" 1.81 && return 0
  done
  version=$(apt-cache policy libboost-json-dev 2>/dev/null | sed -n 's/^ *Candidate: *//p')
  if [ -n "$version" ] && [ "$version" != '(none)' ] && version_at_least "$version" 1.81; then
    echo libboost-json-dev libboost-dev
    return 0
  fi
  if ! have_lists; then
    echo libboost-json1.81-dev-or-later
    return 0
  fi
  version=$(apt-cache pkgnames libboost-json1. | sed -n 's/^libboost-json\(1\.[0-9]*\)-dev$/\1/p' | sort -V | tail -n 1)
  [ -n "$version" ] && version_at_least "$version" 1.81 || return 1
  echo "libboost-json$version-dev libboost$version-dev"
}

# missing_packages EXTRA...: the Debian packages to install for this project and the extra ones named.
missing_packages() {
  have c++ || echo g++
  have cmake && version_at_least "$(cmake --version | sed -n 's/^cmake version //p')" 3.25 || echo cmake
  have ninja || echo ninja-build
  boost_package || echo boost-is-too-old
  for package in libyaml-cpp-dev libspdlog-dev libfmt-dev libcli11-dev "$@"; do
    installed "$package" || echo "$package"
  done
}

# Where there is no apt, the person installs; the names beside Debian's are those the projects go by.
explain_by_hand() {
  say "this system has no apt, so please install by hand: a C++20 compiler, CMake 3.25, Ninja, Boost 1.81 with Boost.JSON,"
  say "yaml-cpp 0.7, spdlog 1.10 with fmt, CLI11 2.1, and for tools/test doctest 2.4.9 (these or later). Likely names:"
  say "  Fedora  dnf install gcc-c++ cmake ninja-build boost-devel yaml-cpp-devel spdlog-devel cli11-devel doctest-devel"
  say "  Arch    pacman -S gcc cmake ninja boost yaml-cpp spdlog fmt cli11 doctest"
}

# install_missing EXTRA...: fails where the missing packages are not there afterwards.
install_missing() {
  if ! have apt-get || ! have dpkg-query; then
    explain_by_hand
    return 1
  fi
  if ! have_lists && may_install; then
    confirm "apt has no package lists yet. Update them (apt-get update)?" || { decline "$@"; return 1; }
    run_as_root apt-get -q update || return 1
  fi
  packages=$(missing_packages "$@" | tr '\n' ' ')
  [ -n "$packages" ] || return 0
  case $packages in *boost-is-too-old*)
    say "podlapse needs Boost 1.81 with Boost.JSON, which this release's packages lack"
    say "(Debian 12, Debian 13 and Ubuntu 24.04 have it)"
    return 1 ;;
  esac
  say "to be installed with apt: $packages"
  may_install && confirm "Install them?" || { decline "$@"; return 1; }
  apt_install $packages && return 0
  say "apt's package lists may be old; updating them and trying once more"
  run_as_root apt-get -q update && apt_install $packages && return 0
  say "apt could not install them. By hand, and minding what it would remove: apt-get install $packages"
  return 1
}

may_install() { [ "$(id -u)" -eq 0 ] || have sudo; }

# --no-remove: a Boost that other work of the person's needs is never thrown out silently.
apt_install() {
  run_as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends --no-remove "$@"
}

decline() {
  say "nothing was installed. By hand, as root:"
  say "  apt-get update && apt-get install $(missing_packages "$@" | tr '\n' ' ')"
  may_install && say "(PODLAPSE_YES=1 installs without asking)"
}

# configure ROOT PRESET OPTION...
configure() (
  cd "$1" && preset=$2 && shift 2
  have cmake && have ninja && have c++ || exit 1
  version_at_least "$(cmake --version | sed -n 's/^cmake version //p')" 3.25 || exit 1
  mkdir -p "build/$preset"
  # A clone that was moved cannot keep its cache; compiled objects are kept.
  fresh=
  grep -qs "^CMAKE_HOME_DIRECTORY:INTERNAL=$PWD\$" "build/$preset/CMakeCache.txt" || fresh=--fresh
  # People's compilers may be newer than ours and warn of more; only ours may stop the build.
  [ "${CI:-}" = true ] && set -- "$@" -DPODLAPSE_WARNINGS_AS_ERRORS=ON
  cmake $fresh --preset "$preset" "$@" </dev/null >"build/$preset/configure.log" 2>&1
)

# prepare ROOT PRESET "EXTRA PACKAGES" OPTION...: configures, installing what that needs.
prepare() {
  root=$1 preset=$2 extra=$3
  shift 3
  configure "$root" "$preset" "$@" && return 0
  install_missing $extra || return 1
  configure "$root" "$preset" "$@" && return 0
  cat "$root/build/$preset/configure.log" >&2
  say "the build cannot be configured: see above"
  return 1
}

# build ROOT PRESET TARGET...
build() {
  directory=$1/build/$2
  shift 2
  quiet=
  # A log wants no line for each file.
  if ! [ -t 2 ]; then
    case $(ninja --help 2>&1) in
      *--quiet*) quiet=--quiet; say "building $*" ;;
    esac
  fi
  NINJA_STATUS='podlapse: building [%f/%t] ' ninja $quiet -C "$directory" "$@" </dev/null >&2 || {
    say "the build failed: see above"
    return 1
  }
}
