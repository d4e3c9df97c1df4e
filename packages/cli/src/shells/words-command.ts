/** What `chat` is called with by the scripts for shells, and by nobody else; then come the words of the line that is being typed. */
export const wordsCommand = 'completion-words'
