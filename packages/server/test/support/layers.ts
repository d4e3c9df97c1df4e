import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

/** Of the repository. Paths of files are told from here. */
export const top = fileURLToPath(new URL('../../../..', import.meta.url))

export const packages = readdirSync(posix.join(top, 'packages'))

/** Beside its folders, the first level of a package's sources is read whole by whoever opens it. */
const looseFilesMax = 10

/** `from '…'`, `import '…'`, `import('…')`, a worker's `new URL('…', import.meta.url)` and Node's own modules asked for by name. */
const imports = [
  /^(?:import|export)\b[^'"`]*? from '([^']+)'/gm,
  /^import '([^']+)'/gm,
  /\bimport\('([^']+)'\)/g,
  /\bnew URL\('(\.[^']+\.[jt]s)', import\.meta\.url\)/g,
  /\bgetBuiltinModule\S*\('([^']+)'\)/g
]

export const textOf = (file: string): string => readFileSync(posix.join(top, file), 'utf8')

/** What a file imports, in its own words. */
export const specifiersIn = (file: string): string[] => {
  const text = textOf(file)
  return imports.flatMap((form) => [...text.matchAll(form)].map(([, specifier = '']) => specifier))
}

/** The files of its own package that a file imports. */
const importsOf = (file: string): string[] =>
  specifiersIn(file)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => posix.join(posix.dirname(file), specifier))

const sourcesOf = (name: string): string[] => {
  const src = `packages/${name}/src`
  const inside = readdirSync(posix.join(top, src), { recursive: true, encoding: 'utf8' })
  return inside.filter((path) => path.endsWith('.ts') || path.endsWith('.tsx')).map((path) => `${src}/${path}`)
}

/** Who may import what, in some packages. */
export class Layers {
  readonly packages: readonly string[]
  readonly files: readonly string[]
  /** What each row allows. */
  readonly mayImport: ReadonlyMap<string, readonly string[]>

  /**
   * @param table  Left: a folder or a file of packages/PACKAGE/src, without the src; the longest match holds. Right: the layers and the
   *   libraries it may know beside itself; `node:*` is all of Node but its database. The rows go from the top to the bottom: each knows
   *   only rows below it.
   */
  constructor(packages: readonly string[], table: string) {
    this.packages = packages
    this.files = packages.flatMap(sourcesOf)
    const rows = [...table.matchAll(/^ +(\S+) +\|(.*)$/gm)]
    this.mayImport = new Map(rows.map(([, layer = '', known = '']) => [layer, known.trim().split(', ')] as const))
  }

  get rows(): string[] {
    return [...this.mayImport.keys()]
  }

  /** The row that a path of the sources (or of what was built from them) belongs to, or the path itself where there is none. */
  layerOf(path: string): string {
    const [, entry] = /^packages\/[^/]+\/program\/(.+)\.js$/.exec(path) ?? [] // bundled from the source of that name
    const source = (entry !== undefined && this.files.find((file) => file.endsWith(`/${entry}.ts`))) || path
    const place = source.replace(/^packages\/([^/]+)\/(src|dist)\//, '$1/').replace(/\.[jt]sx?$/, '')
    const rows = this.rows.filter((row) => place === row || place.startsWith(`${row}/`))
    return rows.sort((a, b) => b.length - a.length)[0] ?? place
  }

  /** What a file imports although its row does not allow it. */
  wrongImportsOf(file: string): string[] {
    const layer = this.layerOf(file)
    const known = this.mayImport.get(layer) ?? []
    return specifiersIn(file).filter((specifier) => {
      const wanted = this.#target(file, specifier)
      return wanted !== layer && !known.includes(wanted) && !(known.includes('node:*') && /^node:(?!sqlite)/.test(wanted))
    })
  }

  /** What `specifier` names, seen from a file: a layer, a module of Node or a library. */
  #target(file: string, specifier: string): string {
    if (specifier.startsWith('.')) return this.layerOf(posix.join(posix.dirname(file), specifier))
    if (specifier.startsWith('node:')) return specifier
    const [, ours, library] = /^(?:@tertulia\/([^/]+)|((?:@[^/]+\/)?[^/]+))/.exec(specifier) ?? []
    return ours ?? library ?? specifier
  }
}

/** The tests that a table of layers is held by. */
export function holdLayers(layers: Layers): void {
  const { files, mayImport, rows } = layers

  describe.each(rows)('%s', (layer) => {
    const own = files.filter((file) => layers.layerOf(file) === layer)

    test('is there', () => {
      expect(own).not.toEqual([])
    })

    test('imports only what its row allows', () => {
      const wrong = own.flatMap((file) => layers.wrongImportsOf(file).map((specifier) => `${file} imports ${specifier}`))
      expect(wrong).toEqual([])
    })
  })

  test('every file has a row', () => {
    expect(files.filter((file) => !mayImport.has(layers.layerOf(file)))).toEqual([])
  })

  test('no arrow points upwards: each row knows only rows below it', () => {
    const upwards = rows.flatMap((row, place) =>
      (mayImport.get(row) ?? [])
        .filter((known) => rows.includes(known) && rows.indexOf(known) < place)
        .map((known) => `${row} knows ${known}, which is above it`)
    )
    expect(upwards).toEqual([])
  })

  test('an import that cannot be read is not made', () => {
    expect(files.filter((file) => /\bimport\((?!')/.test(textOf(file)))).toEqual([])
  })

  test.each(layers.packages)('no file of %s reaches itself through its imports, those of types included', (name) => {
    const imported = new Map(files.filter((file) => file.startsWith(`packages/${name}/`)).map((file) => [file, importsOf(file)]))
    const reaches = (file: string, goal: string, seen: Set<string>): boolean =>
      (imported.get(file) ?? []).some((next) => {
        if (next === goal) return true
        if (seen.has(next)) return false
        return reaches(next, goal, seen.add(next))
      })
    expect([...imported.keys()].filter((file) => reaches(file, file, new Set()))).toEqual([])
  })
}

/** The first level of a package shows its rooms, not a heap of files. */
export function holdFirstLevel(layers: Layers, name: string): void {
  test(`at most ${looseFilesMax} files of ${name} lie beside its folders`, () => {
    const loose = layers.files.filter((file) => posix.dirname(file) === `packages/${name}/src`)
    expect(loose.length, loose.join('\n')).toBeLessThanOrEqual(looseFilesMax)
  })
}
