/**
 * The scripts that make a shell complete `pitlane`. They know nothing of commands: they ask the program, which was there when
 * they were printed, so that they stay right when it changes. Whatever goes wrong offers nothing, and says nothing.
 */
import { shellWord } from '../output/shell-words.ts';
import type { Shell } from './shell-text.ts';

/** @param program the words that start it. */
export function completionScript(shell: Shell, program: readonly string[]): string {
  const asking = [...program, 'complete', shell, '--'].map(shellWord).join(' ');
  return (shell === 'bash' ? BASH : ZSH).replace('@ASK@', () => asking);
}

const BASH = `# Completion of pitlane for bash: source <(npx pitlane completion bash)
_pitlane() {
  local -a answer
  local line how
  mapfile -t answer < <(@ASK@ "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  how=\${answer[0]-}
  COMPREPLY=()
  for line in "\${answer[@]:1}"; do COMPREPLY+=("\${line%%$'\\t'*}"); done
  case $how in
    files*) compopt -o filenames 2>/dev/null; mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$2") ;;
    folders*) compopt -o filenames 2>/dev/null; mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$2") ;;
    *nospace*) compopt -o nospace 2>/dev/null ;;
  esac
  [[ $how == words* ]] && compopt -o nosort 2>/dev/null
  return 0
}
complete -F _pitlane pitlane
`;

const ZSH = `#compdef pitlane
# Completion of pitlane for zsh: source <(npx pitlane completion zsh)
_pitlane() {
  local -a answer offers
  local line text about how
  answer=("\${(@f)$(@ASK@ "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  how=$answer[1]
  for line in "\${(@)answer[2,-1]}"; do
    text=\${line%%$'\\t'*}
    about=\${line#*$'\\t'}
    offers+=("\${text//:/\\\\:}\${about:+:$about}")
  done
  compset -P '--*='
  local -i found=1
  if (( $#offers )); then
    if [[ $how == *nospace* ]]; then _describe -t pitlane pitlane offers -S '' && found=0
    else _describe -t pitlane pitlane offers && found=0; fi
  fi
  case $how in
    files*) _files && found=0 ;;
    folders*) _files -/ && found=0 ;;
  esac
  return found
}
if [[ $funcstack[1] == _pitlane ]]; then
  _pitlane "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
  compdef _pitlane pitlane
fi
`;
