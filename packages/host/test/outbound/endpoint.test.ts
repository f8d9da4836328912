import { describe, expect, it } from 'vitest'
import { checkEndpoint, networkPolicy } from '../../src/index.ts'

const byDefault = networkPolicy('')
const strict = networkPolicy('strict')

/** Every way of writing an address that no policy lets through: link-local, metadata, and what belongs to nobody. */
const NEVER = [
  'http://169.254.169.254/latest/meta-data/',
  'http://169.254.169.254.:80/',
  'http://169.254.0.1/',
  'http://2852039166/',
  'http://0xa9fea9fe/',
  'http://0xA9.0xFE.0xA9.0xFE/',
  'http://0251.0376.0251.0376/',
  'http://025177524776/',
  'http://169.16689662/',
  'http://169.254.43518/',
  'http://0xa9.254.0251.254/',
  'http://①⑥⑨.②⑤④.①⑥⑨.②⑤④/',
  'http://169。254。169。254/',
  'http://169%2e254%2e169%2e254/',
  'http://%31%36%39.254.169.254/',
  'http:\\\\169.254.169.254\\',
  'http:169.254.169.254',
  'http:///169.254.169.254/',
  'http://[::ffff:169.254.169.254]/',
  'http://[::ffff:a9fe:a9fe]/',
  'http://[0:0:0:0:0:ffff:a9fe:a9fe]/',
  'http://[::169.254.169.254]/',
  'http://[::ffff:0:169.254.169.254]/',
  'http://[64:ff9b::169.254.169.254]/',
  'http://[64:ff9b::a9fe:a9fe]/',
  'http://[64:ff9b:1::a9fe:a9fe]/',
  'http://[2002:a9fe:a9fe::]/',
  'http://[2002:a9fe:a9fe:1:2:3:4:5]/',
  'http://[2001:0:a9fe:a9fe::1]/',
  'http://[fe80::1]/',
  'http://[febf:ffff::1]/',
  'http://[fec0::1]/',
  'http://[fd00:ec2::254]/',
  'http://100.100.100.200/',
  'http://168.63.129.16/',
  'http://0.0.0.0/',
  'http://0/',
  'http://0.1.2.3/',
  'http://[::]/',
  'http://255.255.255.255/',
  'http://224.0.0.1/',
  'http://[ff02::1]/',
  'http://240.0.0.1/',
  'http://192.0.2.1/',
  'http://198.18.0.1/',
  'http://192.0.0.192/',
  'http://[2001:db8::1]/',
  'http://[100::1]/',
  'http://[4000::1]/',
]

/** Addresses where agents may well live, but not under `strict`. */
const INSIDE = [
  'http://127.0.0.1:8080/',
  'http://127.1/',
  'http://0x7f000001/',
  'http://017700000001/',
  'http://2130706433/',
  'http://[::1]:8080/',
  'http://[::ffff:127.0.0.1]/',
  'http://[64:ff9b::127.0.0.1]/',
  'http://[2002:7f00:1::]/',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://172.31.255.255/',
  'http://192.168.1.1/',
  'http://100.64.0.1/',
  'http://[::ffff:10.0.0.1]/',
  'http://[fd12:3456::1]/',
]

const PUBLIC = [
  'http://93.184.216.34/',
  'https://93.184.216.34:8443/run',
  'http://172.32.0.1/',
  'http://[2606:4700::6810:84e5]/',
  'http://[64:ff9b::93.184.216.34]/',
]

/** What is no endpoint at all, whatever the policy. */
const MALFORMED = [
  '',
  'agent',
  '//agent/run',
  'ftp://agent/',
  'file:///etc/passwd',
  'gopher://agent/',
  'unix:/var/run/docker.sock',
  'javascript:alert(1)',
  'http://',
  'http://user@agent/',
  'http://user:password@agent/',
  'http://@agent/',
  'http://:@agent/',
  'http://agent@169.254.169.254/',
  'http:\\\\user@agent',
  'http://agent:99999/',
  'http://[::1',
  'http://[fe80::1%25eth0]/',
  'http://256.256.256.256/',
  'http://1.2.3.4.5/',
  'http://agent/\r\nHost: other',
  'http://ag\tent/',
  ' http://agent/',
  'http://agent/a b',
  `http://agent/${'a'.repeat(3000)}`,
]

describe('an endpoint', () => {
  it.each(NEVER)('at %s is refused under every policy', (url) => {
    for (const policy of [byDefault, strict, networkPolicy('0.0.0.0/0,::/0')]) {
      expect(checkEndpoint(policy, url)).toMatchObject({ ok: false })
    }
  })

  it.each(INSIDE)('at %s is let through by default and refused by strict', (url) => {
    expect(checkEndpoint(byDefault, url)).toMatchObject({ ok: true })
    expect(checkEndpoint(strict, url)).toMatchObject({ ok: false })
  })

  it.each(PUBLIC)('at %s is let through under every policy', (url) => {
    for (const policy of [byDefault, strict, networkPolicy('10.0.0.0/8')]) {
      expect(checkEndpoint(policy, url)).toMatchObject({ ok: true })
    }
  })

  it.each(MALFORMED)('written as %j is refused', (url) => {
    expect(checkEndpoint(byDefault, url)).toMatchObject({ ok: false, reason: expect.any(String) })
  })

  it.each(['http://agent:8080/run', 'https://agent.example.com', 'http://localhost:8080/a?b=c'])(
    'under the name %s may be registered, since a name is checked when it is connected to',
    (url) => {
      expect(checkEndpoint(strict, url)).toEqual({ ok: true, url: new URL(url) })
    },
  )
})

describe('a list of networks', () => {
  it('lets through its own ranges and public addresses, and no others', () => {
    const policy = networkPolicy('10.1.0.0/16, fd00::/8')
    expect(policy.permits('10.1.2.3')).toBe(true)
    expect(policy.permits('::ffff:10.1.2.3')).toBe(true)
    expect(policy.permits('fd12::1')).toBe(true)
    expect(policy.permits('8.8.8.8')).toBe(true)
    expect(policy.permits('10.2.0.1')).toBe(false)
    expect(policy.permits('127.0.0.1')).toBe(false)
    expect(policy.permits('::1')).toBe(false)
  })

  it.each(['10.0.0.0', '10.0.0.0/33', 'private', '10.0.0.0/8,,', 'fd00::/129'])(
    'written as %s is an error that names the range',
    (spec) => {
      expect(() => networkPolicy(spec)).toThrow(/is no network/)
    },
  )

  it('lets through nothing that is no address', () => {
    for (const text of ['', 'agent', '1.2.3', '127.0.0.1/8', 'fe80::1%eth0'])
      expect(byDefault.permits(text)).toBe(false)
  })
})
