/**
 * Put a text on the clipboard. A page on plain http has no clipboard of its own, so it selects the text and asks the browser to copy it,
 * which works within a click.
 */
export async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text)
      return true
    } catch {
      // Refused: the other way may do.
    }
  }
  const area = document.createElement('textarea')
  area.value = text
  area.className = 'unseen'
  area.readOnly = true
  const { activeElement } = document
  // Inside an open dialog nothing else can be selected.
  ;(document.querySelector('dialog[open]') ?? document.body).append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  if (activeElement instanceof HTMLElement) activeElement.focus()
  return done
}

/** A line that reads a message from a terminal. The token is not in it. */
export const curlOf = (server: string, room: string, id: number): string =>
  `curl -H "Authorization: Bearer $CHAT_TOKEN" '${server}/v1/rooms/${encodeURIComponent(room).replaceAll("'", '%27')}/messages/${id}'`
