# bash completion for podlapse. Source it, or put it into share/bash-completion/completions/podlapse.
_podlapse() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command= word words=
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
      run | show | get | describe | events | validate | conform | plan | test | scenarios | quiz | init | schema | rules)
        command=$word
        break ;;
    esac
  done
  local global="--help --version --color --quiet --log-level"
  local cluster="--kubernetes-version --feature-gates"
  local input="$cluster --select --replicas --strict-refs --seed --latency --start-time"
  input="$input --run --term --probe --hook --image --at --delete-at"
  local view="--width --no-lanes --events --verbose"
  case $previous in
    --color) words="auto always never" ;;
    --log-level) words="debug info warning error" ;;
    --latency) words="kubelet ideal" ;;
    --kubernetes-version) words="1.27 1.28 1.29 1.30 1.31 1.32 1.33 1.34 1.35 1.36" ;;
    --feature-gates)
      [ "$command" = rules ] ||
        words=$(podlapse rules --feature-gates 2>/dev/null | sed -n 's/^\([A-Za-z]*\) .*/\1=true \1=false/p') ;;
    -o | --output)
      case $command in
        run | show) words="text jsonl" ;;
        get) words="table wide json yaml name" ;;
        validate) words="text json yaml" ;;
        conform) words="text json junit" ;;
        test) words="human junit tap sarif github json jsonl" ;;
        scenarios) words="text name json yaml" ;;
        schema) words="json" ;;
        events) words="events get get-wide json yaml" ;;
      esac ;;
    --field-validation) words="strict warn ignore" ;;
    --types) words="Normal Warning" ;;
    --until | --now | --for | --seed | --start-time | --run | --term | --probe | --hook | --image | --at | --delete-at | --select | \
      --replicas | --width | --speed | --with-image | -k | --seeds | --repeat | --timeout | --jobs | --default-expect | --golden | \
      --answer | --choices) \
      COMPREPLY=(); return ;;
    *)
      case $command in
        '') words="run show get describe events validate conform plan test scenarios quiz init schema rules $global" ;;
        run) words="$global $input $view --until --output --speed" ;;
        show) words="$global $view --output --now" ;;
        get) words="$global $input --now --output --every-change --no-headers" ;;
        describe) words="$global $input --now --events" ;;
        events) words="$global $input --now --events --output --for --types --watch --no-headers" ;;
        validate) words="$global $cluster --output --field-validation --select" ;;
        conform) words="$global $input --trace --output --summary --verbose --width" ;;
        plan) words="$global $input --with-image" ;;
        test) words="$global $cluster --seed --latency --start-time --until -k --fail-fast --seeds --repeat --list --timeout --jobs \
          --default-expect --golden --update --watch --output --verbose --width" ;;
        scenarios) words="$global --output $(podlapse scenarios -o name 2>/dev/null)" ;;
        quiz) words="$global --answer --solution --choices --width $(podlapse scenarios -o name 2>/dev/null | sed 's|.*/||')" ;;
        init) words="$global $cluster --output --force --schema" ;;
        schema) words="$global --output" ;;
        rules) words="$global $cluster $(podlapse rules 2>/dev/null | cut -d ' ' -f 1)" ;;
      esac
      # Without a dash a file is meant, where the command takes files.
      case $command:$current in
        run:-* | show:-* | get:-* | describe:-* | events:-* | validate:-* | conform:-* | plan:-* | test:-* | init:-* | \
          scenarios:* | quiz:* | schema:* | rules:* | :*) ;;
        *) words= ;;
      esac ;;
  esac
  [ -n "$words" ] && mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o bashdefault -o default -F _podlapse podlapse
