/**
 * A phone whose keyboard covers the page, instead of making it smaller as the document asks for, would hide the composer: the page is as
 * high as what can be seen.
 */
export function fitAboveKeyboard(): void {
  const { visualViewport } = globalThis
  if (!visualViewport || !matchMedia('(pointer: coarse)').matches) return
  const fit = () => {
    const isCovered = visualViewport.scale === 1 && innerHeight - visualViewport.height > 1
    const { style } = document.documentElement
    if (isCovered) style.setProperty('--height', `${visualViewport.height}px`)
    else style.removeProperty('--height')
  }
  visualViewport.addEventListener('resize', fit)
}

/** Whether a key belongs to what composes letters (Chinese, accents). Safari says so by the number of the key alone. */
export const isComposing = ({ isComposing: is, keyCode }: KeyboardEvent): boolean => is || keyCode === 229
