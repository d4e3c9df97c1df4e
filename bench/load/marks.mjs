/** What a text carries, so that its arrival can be told: `~`, its number, and when it was meant to be sent, in µs. */
export const markByte = 0x7e
const [numberDigits, timeDigits] = [8, 16]
export const markBytes = 1 + numberDigits + timeDigits

export const markedText = (n, atMs) => {
  const time = String(Math.round(atMs * 1000)).padStart(timeDigits, '0')
  return `~${String(n).padStart(numberDigits, '0')}${time}`.padEnd(100, 'x')
}

function digits(bytes, from, count) {
  let value = 0
  for (let at = from; at < from + count; at++) value = value * 10 + bytes[at] - 48
  return value
}

/** Of the mark at this place. */
export const numberOf = (bytes, at) => digits(bytes, at + 1, numberDigits)
export const sentMs = (bytes, at) => digits(bytes, at + 1 + numberDigits, timeDigits) / 1000
