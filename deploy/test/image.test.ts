import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, test } from 'vitest'
import { COMPOSE_FILES, ROOT, read, servicesOf, VARIABLES } from './deployed-files.ts'

const dockerfile = read('deploy/Dockerfile').replaceAll('\\\n', '')
const [dependencies = '', page = '', image = ''] = dockerfile.split(/^FROM /m).slice(1)
const copied = (stage: string) =>
  [...stage.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, all]) => all?.split(' ') ?? [])
const packages = readdirSync(join(ROOT, 'packages'))

test.each(packages)('dependencies are installed with packages/%s, so that the lock file fits', (name) => {
  expect(copied(dependencies)).toContain(`packages/${name}/package.json`)
})

test.each([...copied(dependencies), ...copied(page), ...copied(image)])(
  '%s is there, and not kept from the image',
  (path) => {
    expect(existsSync(join(ROOT, path))).toBe(true)
    const letThrough = read('.dockerignore')
      .split('\n')
      .flatMap((line) => (line.startsWith('!') ? line.slice(1).replace('*', '[^/]+') : []))
    const within = (pattern: string) => new RegExp(`^${pattern}(/|$)`).test(path) || pattern.startsWith(`${path}/`)
    expect(letThrough.filter(within)).not.toEqual([])
  },
)

it('keeps everything from the image but what is named, so no test, no data and no key gets in', () => {
  const [, first, ...others] = read('.dockerignore').trimEnd().split('\n')
  expect(first).toBe('*')
  expect(others.filter((line) => !line.startsWith('!'))).toEqual(['**/node_modules'])
  expect(others).toContain('!packages/*/src')
})

it('holds what Ops-Core reads beside its source', () => {
  expect(read('packages/server/src/sample-workflow.ts')).toContain('docs/sample_workflow.json')
  expect(copied(image)).toContain('docs/sample_workflow.json')
})

it('holds the page built, and not what it is built from', () => {
  expect(page).toContain('node packages/dashboard/src/build.ts')
  expect(image).toContain('COPY --from=page /app/packages/dashboard/dist packages/dashboard/dist')
  expect(image).toContain('rm -rf packages/dashboard/page')
})

it('runs on the major version of Node that the project is pinned to', () => {
  const { dependencies }: { dependencies: { node: string } } = JSON.parse(read('package.json'))
  const versions = [...dockerfile.matchAll(/^FROM node:(\d+)-/gm)].map(([, version]) => version)
  expect(new Set(versions)).toEqual(new Set([dependencies.node.split('.')[0]]))
})

it('runs as a user without rights, by number', () => {
  expect(/^USER (\d+):\d+$/m.exec(image)?.[1]).toBe('1000')
})

it('sets only variables that Ops-Core or AgentKit reads', () => {
  const text = /^ENV (.+)$/m.exec(image)?.[1] ?? ''
  const names = [...text.matchAll(/(\w+)=/g)].map(([, name]) => name ?? '')
  const known = (name: string) => VARIABLES.serve?.has(name) || VARIABLES.agentkit?.has(name)
  expect(names.filter((name) => !known(name))).toEqual(['NODE_ENV', 'PATH'])
})

it('health checks use the file that is in the image', () => {
  const checks = COMPOSE_FILES.flatMap((file) => Object.values(servicesOf(file))).flatMap(
    ({ healthcheck }) => healthcheck?.test?.find((word) => word.endsWith('.ts')) ?? [],
  )
  const own = /HEALTHCHECK .* CMD \["node", "([^"]+)"\]/.exec(image)?.[1]
  expect(new Set(checks)).toEqual(new Set([own]))
  expect(copied(image)).toContain(own)
})
