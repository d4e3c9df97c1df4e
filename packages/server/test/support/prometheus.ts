/** A figure as it was read. */
export interface Read {
  type: string
  help: string
  /** By name and labels, as written: `x_total{a="b"}`. */
  samples: Map<string, number>
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/
const label = /^([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/

/**
 * Reads the Prometheus text format, 0.0.4, and throws at everything that is not as it should be: a family that is not
 * announced, in pieces or twice, a sample twice, a counter that is no counter by name, a histogram that does not add up.
 */
export function readExposition(text: string): Map<string, Read> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end')
  const families = new Map<string, Read>()
  const lines = text.slice(0, -1).split('\n')
  let name = ''
  for (let i = 0; i < lines.length; i++) {
    const help = /^# HELP (\S+) (.+)$/.exec(lines[i] as string)
    if (help) {
      const type = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(lines[++i] ?? '')
      name = help[1] as string
      if (type?.[1] !== name) throw new Error(`no type for ${name}`)
      if (families.has(name)) throw new Error(`${name} comes twice`)
      families.set(name, { type: type[2] as string, help: help[2] as string, samples: new Map() })
      continue
    }
    const [whole, sample = '', labels, value = ''] = line.exec(lines[i] as string) ?? []
    if (whole === undefined) throw new Error(`not a sample: ${lines[i]}`)
    const family = families.get(name)
    const suffix = family?.type === 'histogram' ? /_(bucket|sum|count)$/ : /$^/
    if (!family || sample.replace(suffix, '') !== name) throw new Error(`${sample} stands under ${name}`)
    checkLabels(labels)
    if (!/^(\+Inf|-?\d+(\.\d+)?(e[+-]?\d+)?)$/.test(value)) throw new Error(`no number: ${lines[i]}`)
    const key = whole.slice(0, -value.length - 1)
    if (family.samples.has(key)) throw new Error(`${key} comes twice`)
    family.samples.set(key, value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value))
  }
  for (const [family, read] of families) checkFamily(family, read)
  return families
}

function checkLabels(text: string | undefined): void {
  for (let rest = text ?? ''; rest !== ''; ) {
    const [pair] = label.exec(rest) ?? []
    if (pair === undefined) throw new Error(`not a label: ${rest}`)
    rest = rest.slice(pair.length)
  }
}

function checkFamily(name: string, { type, samples }: Read): void {
  if ((type === 'counter') !== name.endsWith('_total')) throw new Error(`${name} is a ${type}`)
  if (type === 'counter' && [...samples.values()].some((value) => value < 0)) throw new Error(`${name} is negative`)
  if (type !== 'histogram') return
  const buckets = [...samples].filter(([key]) => key.startsWith(`${name}_bucket{`))
  const bounds = buckets.map(([key]) => /le="([^"]+)"/.exec(key)?.[1] ?? '')
  if (bounds.at(-1) !== '+Inf') throw new Error(`${name} has no bucket for everything`)
  const numbers = bounds.map((bound) => (bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound)))
  if (numbers.some((bound, i) => i > 0 && !(bound > (numbers[i - 1] as number)))) throw new Error(`${name}: bounds do not rise`)
  const counts = buckets.map(([, value]) => value)
  if (counts.some((count, i) => i > 0 && count < (counts[i - 1] as number))) throw new Error(`${name} does not add up`)
  if (samples.get(`${name}_count`) !== counts.at(-1) || !samples.has(`${name}_sum`)) throw new Error(`${name} has another count`)
}
