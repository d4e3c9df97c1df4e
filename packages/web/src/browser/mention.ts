/** Put somebody's name into the composer, where the writer is. */
export function mention(name: string): void {
  const box = document.getElementById('composer')
  if (!(box instanceof HTMLTextAreaElement)) return
  box.focus()
  const { value, selectionStart, selectionEnd } = box
  const before = /(?:^|\s)$/.test(value.slice(0, selectionStart)) ? '' : ' '
  box.setRangeText(`${before}@${name} `, selectionStart, selectionEnd, 'end')
  box.dispatchEvent(new Event('input', { bubbles: true }))
}
