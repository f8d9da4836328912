--[[
Takes over a part of another store's content (migration.ts), and with it how far that has come. What is written is laid
out as commit.lua, put-workflow.lua and add-key.lua lay it out.

KEYS[1]  the meta hash of a partition, or of what belongs to none; every other key lies in the same slot
ARGV[1]  the store's id
ARGV[2]  the stage to which the part belongs
ARGV[3]  how far the stage had come here before the part
ARGV[4]  how far it has come with it
ARGV[5…] entries: kind, number of cells that follow, cells

Returns  1

Guarantees
1. The part and how far it goes are written as one: it counts once, however often it is sent.
2. Nothing is written unless the store is still being filled, and the stage stands where ARGV[3] says: STRAYED.
3. Positions rise by one, in the order of the entries. A cursor of the other store is below all that is here (`trimmed`).
]]
local call, format = redis.call, string.format
local prefix = string.sub(KEYS[1], 1, -5)
local reached = 'at:' .. ARGV[2]
local meta = call('HMGET', KEYS[1], 'store', 'migration', reached, 'head', 'effect')
if meta[1] ~= ARGV[1] then
  return redis.error_reply('WRONGSTORE ' .. (meta[1] and 'Redis holds another store' or 'Redis has lost the store'))
end
if not meta[2] then return redis.error_reply('STRAYED The store is not being filled any more') end
if (meta[3] or '0') ~= ARGV[3] then
  return redis.error_reply('STRAYED Another process fills the store too, or Redis has lost what it took: it has ' ..
    (meta[3] or '0') .. ' rows of ' .. ARGV[2] .. ', not ' .. ARGV[3])
end
local head, effect = tonumber(meta[4]), tonumber(meta[5])
local write = {}

-- A member of a set that is ordered by text.
function write.member(at)
  call('ZADD', ARGV[at], 0, ARGV[at + 1])
end

function write.score(at)
  call('ZADD', ARGV[at], ARGV[at + 1], ARGV[at + 2])
end

function write.set(at)
  call('SADD', ARGV[at], ARGV[at + 1])
end

function write.hash(at, count)
  call('HSET', unpack(ARGV, at, at + count - 1))
end

-- An agent's event: each names the agent's before. That of an agent who is gone is nobody's history.
function write.agentEvent(at)
  local name, key, text = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  head = head + 1
  local position = format('%.0f', head)
  local previous = call('HGET', key, 'p')
  if previous then call('HSET', key, 'p', position) end
  call('XADD', prefix .. 'log', position .. '-0', 'i', name, 'p', previous or '0', 'e', text)
end

function write.sessionEvent(at)
  local name, list, text = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  head = head + 1
  local position = format('%.0f', head)
  call('XADD', prefix .. 'log', position .. '-0', 'i', name, 'p', '0', 'e', text)
  call('RPUSH', list, position .. '\n' .. text)
end

function write.effect(at)
  local id, key, time, text = unpack(ARGV, at, at + 3)
  effect = effect + 1
  local place = time .. format('%014.0f', effect)
  call('ZADD', prefix .. 'effects', 0, place .. id)
  call('HSET', key, id, place .. text)
end

function write.waiter(at)
  local attempt, line, member = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  call('ZADD', prefix .. 'l:' .. line, 0, member)
  call('ZADD', prefix .. 'lines', 0, line)
  call('HSET', prefix .. 'w', attempt, #line .. ':' .. line .. member)
end

-- A session or a workflow needs the definition. The text may be left out where it was given before.
function write.definition(at)
  local hash, text = ARGV[at], ARGV[at + 1]
  if call('HEXISTS', prefix .. 'defs', hash) == 0 then
    if text == '' then return end
    call('HSET', prefix .. 'defs', hash, text)
  end
  call('HINCRBY', prefix .. 'defUses', hash, 1)
end

local at = 5
while at <= #ARGV do
  local kind, count = ARGV[at], tonumber(ARGV[at + 1])
  write[kind](at + 2, count)
  at = at + 2 + count
end
call('HSET', KEYS[1], reached, ARGV[4], 'effect', format('%.0f', effect))
call('HSET', KEYS[1], 'head', format('%.0f', head), 'trimmed', format('%.0f', head))
return 1
