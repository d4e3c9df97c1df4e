/** A file that is let go over the page would be opened by the browser in its place. Messages are texts. */
export function refuseFiles(): void {
  const refuse = (event: DragEvent) => {
    const { dataTransfer } = event
    if (!dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    dataTransfer.dropEffect = 'none'
  }
  addEventListener('dragover', refuse)
  addEventListener('drop', refuse)
}
