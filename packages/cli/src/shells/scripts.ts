import { wordsCommand } from './words-command.ts'

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** A line of the answer: the shell is to offer files. It begins as no word does. */
export const filesMark = ':files'

/**
 * What each shell runs for Tab. The words come from `chat` itself, one a line, and what each is after a tab. They are put into the list of
 * the shell as they are: nothing that a server has said is ever read as code.
 */
export const shellScripts: Record<Shell, string> = {
  // Readline breaks words at = and : as well; only what is behind the last one is replaced. Bash 3.2 (macOS) can do all of this.
  bash: `# Tab completion of chat in bash. In ~/.bashrc: eval "$(chat completion bash)"
_chat() {
  local IFS=$' \\t\\n' line rest trimmed word words=() n=-1 i keep
  line=\${COMP_LINE-\${COMP_WORDS[*]:0:COMP_CWORD+1}}
  rest=\${line:0:\${COMP_POINT-\${#line}}}
  rest=\${rest#*"\${COMP_WORDS[0]}"}
  for ((i = 1; i <= COMP_CWORD; i++)); do
    trimmed=\${rest#"\${rest%%[!$' \\t\\n']*}"}
    word=\${COMP_WORDS[i]}
    ((i == COMP_CWORD)) && word=$trimmed
    if [[ $n -ge 0 && -n $rest && $trimmed == "$rest" ]]; then
      words[n]+=$word
    else
      n=$((n + 1))
      words[n]=$word
    fi
    rest=\${trimmed#"$word"}
  done
  [[ $word == *[!=:]* ]] || word=
  keep=\${words[n]%"$word"}
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == ${filesMark} ]]; then
      type compopt >/dev/null 2>&1 && compopt -o filenames
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$word")
      return
    fi
    COMPREPLY+=("\${line#"$keep"}")
  done < <(command chat ${wordsCommand} -- "\${words[@]}" 2>/dev/null)
}
complete -F _chat chat
`,
  zsh: `#compdef chat
# Tab completion of chat in zsh. In ~/.zshrc: eval "$(chat completion zsh)"
_chat() {
  local line word
  local -a found
  while IFS= read -r line; do
    if [[ $line == ${filesMark} ]]; then
      [[ $PREFIX == --*=* ]] && compset -P 1 '*='
      _files
      return
    fi
    word=\${\${line%%$'\\t'*}//:/\\\\:}
    if [[ $line == *$'\\t'* ]]; then found+=("$word:\${line#*$'\\t'}"); else found+=("$word"); fi
  done < <(command chat ${wordsCommand} --described -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)
  (( $#found )) && _describe -V chat found
}
if [[ $funcstack[1] == _chat ]]; then
  _chat "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
  compdef _chat chat
fi
`,
  fish: `# Tab completion of chat in fish: chat completion fish > ~/.config/fish/completions/chat.fish
function __chat_completions
    set -l words (commandline -opc)
    while string match -qr '^\\w+=' -- "$words[1]"
        set -e words[1]
    end
    set -l current (commandline -ct)
    set -l found (command chat ${wordsCommand} --described -- $words[2..] "$current" 2>/dev/null)
    if test "$found" = '${filesMark}'
        set -l flag (string match -r -- '^--[^=]*=' "$current")
        set found "$flag"(__fish_complete_path (string replace -r -- '^--[^=]*=' '' "$current"))
    end
    printf '%s\\n' $found
end
complete -c chat -e
complete -c chat -k -f -a '(__chat_completions)'
`
}
