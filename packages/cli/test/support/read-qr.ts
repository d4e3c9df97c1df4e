/** Its own types need those of a browser. */
const { decodeQR } = (await import('qr/decode.js' as string)) as { decodeQR(image: Picture): string }

/** Red, green, blue and how opaque, a byte each, for each pixel. */
export interface Picture {
  width: number
  height: number
  data: Uint8ClampedArray
}

/**
 * The text of the code in a picture.
 * @param edge  how light it is around the code, 0 to 255. This reader takes an inverted code as well, which few scanners do: it is none here
 */
export function readQr(picture: Picture, edge: number | undefined): string {
  if (edge !== 255) throw new Error('There is no code that is dark on light')
  return decodeQR(picture)
}
