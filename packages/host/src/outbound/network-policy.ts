import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Kind = 'public' | 'private' | 'loopback' | 'never'

/** Which addresses we talk to. Made by `networkPolicy`. */
export interface NetworkPolicy {
  readonly spec: string
  /** Whether an address, a literal without brackets, is inside the policy. What is no address is not. */
  permits(address: string): boolean
}

/**
 * Clouds hand out credentials at these, and they are not all link-local: AWS over IPv6, Alibaba in the shared address
 * space, Azure's at a public address.
 */
const METADATA = new Set(['fd00:ec2::254', '100.100.100.200', '168.63.129.16', 'fd20:ce::254'])

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')
const COMPATIBLE = ipaddr.IPv6.parseCIDR('::/96')

/**
 * Reads `OPSCORE_AGENT_NETWORKS`. Empty: public, private and loopback addresses, since agents live there. `strict`: public
 * ones alone. Else a comma-separated list of CIDR ranges that are let in beside the public ones. Link-local and
 * metadata addresses are out whatever it says. Throws an `Error` that names a range it cannot read.
 */
export function networkPolicy(spec: string): NetworkPolicy {
  const trimmed = spec.trim()
  const ranges =
    trimmed === '' || trimmed === 'strict' ? [] : trimmed.split(',').map((range) => readRange(range.trim()))
  const permitsAddress = (address: Address): boolean => {
    const kind = kindOf(address)
    if (kind === 'never') return false
    if (kind === 'public' || trimmed === '') return true
    return ranges.some(([base, bits]) => base.kind() === address.kind() && address.match(base, bits))
  }
  return {
    spec: trimmed,
    permits(text) {
      // The library also reads `1.2.3` and `0x7f000001`, which by now must have been spelled out.
      if (isIP(text) === 0 || text.includes('%')) return false
      const address = unwrap(ipaddr.parse(text))
      return address !== undefined && permitsAddress(address)
    },
  }
}

function readRange(range: string): [Address, number] {
  if (!ipaddr.isValidCIDR(range)) {
    throw new Error(`${JSON.stringify(range)} is no network; write ranges such as 10.0.0.0/8,fd00::/8, or strict`)
  }
  return ipaddr.parseCIDR(range)
}

/** The IPv4 address that an IPv6 one stands for, where a host or a gateway would take it for that; `undefined`: refused. */
function unwrap(address: Address): Address | undefined {
  if (!(address instanceof ipaddr.IPv6)) return address
  const range: string = address.range()
  const { parts } = address
  if (range === 'ipv4Mapped' || range === 'rfc6145') return embedded(parts[6], parts[7])
  if (range === 'rfc6052') return parts[2] === 0 ? embedded(parts[6], parts[7]) : undefined
  if (range === '6to4') return embedded(parts[1], parts[2])
  if (range === 'unicast' && address.match(COMPATIBLE)) return embedded(parts[6], parts[7])
  return address
}

function embedded(high = 0, low = 0): ipaddr.IPv4 {
  return new ipaddr.IPv4([high >> 8, high & 0xff, low >> 8, low & 0xff])
}

function kindOf(address: Address): Kind {
  if (METADATA.has(address.toString())) return 'never'
  const range: string = address.range()
  if (range === 'loopback') return 'loopback'
  if (range === 'private' || range === 'uniqueLocal' || range === 'carrierGradeNat') return 'private'
  if (range !== 'unicast') return 'never'
  // The library calls every IPv6 address unicast that it has no other name for.
  return address instanceof ipaddr.IPv6 && !address.match(GLOBAL_UNICAST) ? 'never' : 'public'
}
