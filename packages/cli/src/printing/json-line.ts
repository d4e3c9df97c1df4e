/** What a terminal would act on or hide. In JSON it can only stand inside strings, where it may be spelled `\uXXXX`. */
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufff9-\ufffb]/gu

/** A value as one line of JSON that a terminal may show: the value is the same, dangerous characters are spelled out. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(unsafe, (character) => {
    let units = ''
    for (let at = 0; at < character.length; at++) units += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`
    return units
  })
}
