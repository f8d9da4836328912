--[[
Writes a batch of commits to one partition.

KEYS[1]  the partition's meta hash; every other key that is touched begins with the same prefix, and lies in the same slot
ARGV[1]  the store's id
ARGV[2]  the time by which once-records expire, in milliseconds
ARGV[3…] entries as batch-cells.ts writes them: kind, number of cells that follow, cells. The kind 't' says how many of the
         entries that follow take effect together, or none of them

Returns  the last position before the batch, then an answer for each entry: its new version; 0 for a conflict; a JSON list
         of the once-records that were there before; or "!" and why it cannot be written.

Guarantees
1. Either the whole batch takes effect or nothing of it: Redis refuses a script before its first write or not at all.
2. An entry's checks come before its first write, so a refused one leaves nothing and spoils no other.
3. Positions rise by one, in the order of the entries.
4. Nothing is written to a Redis that holds another store, or has lost this one: WRONGSTORE.
]]
local call, find, sub, format = redis.call, string.find, string.sub, string.format
local prefix = sub(KEYS[1], 1, -5)
local meta = call('HMGET', KEYS[1], 'store', 'head', 'effect')
if meta[1] ~= ARGV[1] then
  return redis.error_reply('WRONGSTORE ' .. (meta[1] and 'Redis holds another store' or 'Redis has lost the store'))
end
local now = tonumber(ARGV[2])
local head, effect = tonumber(meta[2]), tonumber(meta[3])
local log = prefix .. 'log'
-- The cell that is read next.
local at = 3

local function index(key, member, was, is)
  if was and not is then
    call('ZREM', key, member)
  elseif is and not was then
    call('ZADD', key, '0', member)
  end
end

-- Agents whose state changes: the one they have before the batch, and after it; `false` for none. All that leave or join a
-- state do so in one call at the end of the batch, as most reports change nothing else.
local stateBefore, stateAfter = {}, {}

local function changeState(id, was, is)
  if stateBefore[id] == nil then stateBefore[id] = was end
  stateAfter[id] = is
end

local function add(lists, name, first, second)
  local list = lists[name] or {}
  lists[name] = list
  list[#list + 1] = first
  list[#list + 1] = second
end

local function writeStates()
  local leaving, joining = {}, {}
  for id, was in pairs(stateBefore) do
    local is = stateAfter[id]
    if was and was ~= is then add(leaving, was, id) end
    if is and was ~= is then add(joining, is, '0', id) end
  end
  for state, ids in pairs(leaving) do call('ZREM', prefix .. 'as:' .. state, unpack(ids)) end
  for state, ids in pairs(joining) do call('ZADD', prefix .. 'as:' .. state, unpack(ids)) end
end

-- Who wants to be looked at stands in the order of its time, which is a text of fixed length.
local function setWake(name, before, after)
  if before == after then return end
  if before ~= '' then call('ZREM', prefix .. 'wake', before .. name) end
  if after ~= '' then call('ZADD', prefix .. 'wake', '0', after .. name) end
end

-- Reads the entry's once-records. Returns those that are there already as JSON, and what is to be written.
local function readOnce()
  local count = tonumber(ARGV[at])
  at = at + 1
  if count == 0 then return nil, nil end
  local found, records = {}, {}
  for i = 1, count do
    local key, expiresAt, text = ARGV[at], ARGV[at + 1], ARGV[at + 2]
    at = at + 3
    records[i] = { key, expiresAt, text }
    local known = call('HGET', prefix .. 'once', key)
    if known then
      local colon = find(known, ':', 1, true)
      if tonumber(sub(known, 1, colon - 1)) > now then found[#found + 1] = sub(known, colon + 1) end
    end
  end
  return #found > 0 and '[' .. table.concat(found, ',') .. ']' or nil, records
end

local function writeOnce(records)
  for _, record in ipairs(records or {}) do
    call('HSET', prefix .. 'once', record[1], record[2] .. ':' .. record[3])
    call('ZADD', prefix .. 'onceExpiry', record[2], record[1])
  end
end

-- Appends the entry's events: type, time, about and data on a line each. Those of an agent are a chain: each names the
-- agent's before.
local function appendEvents(name, previous, list, count)
  for i = at, at + count - 1 do
    head = head + 1
    local position = format('%.0f', head)
    call('XADD', log, position .. '-0', 'i', name, 'p', previous, 'e', ARGV[i])
    if list then call('RPUSH', list, position .. '\n' .. ARGV[i]) else previous = position end
  end
  at = at + count
  return previous
end

local function dropEffects()
  local count = tonumber(ARGV[at])
  at = at + 1
  for _ = 1, count do
    local id, key = ARGV[at], prefix .. 'e:' .. ARGV[at + 1]
    at = at + 2
    local place = call('HGET', key, id)
    if place then
      call('ZREM', prefix .. 'effects', sub(place, 1, 30) .. id)
      call('HDEL', key, id)
    end
  end
end

-- An effect stands in the order of commits, by its time and then by a number that rises.
local function writeEffects()
  local count = tonumber(ARGV[at])
  at = at + 1
  for _ = 1, count do
    local id, owner, time, text = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
    at = at + 4
    effect = effect + 1
    local place = time .. format('%014.0f', effect)
    call('ZADD', prefix .. 'effects', '0', place .. id)
    call('HSET', prefix .. 'e:' .. owner, id, place .. text)
  end
  dropEffects()
end

local function writeRouting()
  local parts = { { 'rc:', 'ZREM' }, { 'rc:', 'ZADD' }, { 'ac:', 'ZREM' }, { 'ac:', 'ZADD' } }
  for _, part in ipairs(parts) do
    local count = tonumber(ARGV[at])
    at = at + 1
    for _ = 1, count do
      local key, member = prefix .. part[1] .. ARGV[at], ARGV[at + 1]
      at = at + 2
      if part[2] == 'ZADD' then call('ZADD', key, '0', member) else call('ZREM', key, member) end
    end
  end
end

-- What changes with every report; indexes only where they change. Reads the wake-up, the state, what is live, and events.
local function putAgent(id, key, expected, known, gone, events)
  local wake, state, live = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  at = at + 3
  local last = appendEvents('a:' .. id, known[2] or '0', nil, events)
  local wasWake, wasState, wasGone = known[3] or '', known[4] or '', known[5] or ''
  if wake == wasWake and gone == '' and wasGone == '' and expected > 0 then
    if state == wasState then
      call('HSET', key, 'v', expected + 1, 'p', last, 'l', live)
    else
      call('HSET', key, 'v', expected + 1, 'p', last, 'l', live, 's', state)
      changeState(id, wasState, state)
    end
    return
  end
  call('HSET', key, 'v', expected + 1, 'p', last, 'l', live, 'w', wake, 's', state, 'g', gone)
  local was, is = expected > 0 and wasGone == '', gone == ''
  index(prefix .. 'agents', id, was, is)
  if was ~= is or state ~= wasState then changeState(id, was and wasState, is and state) end
  if gone ~= '' then
    call('ZADD', prefix .. 'gone', gone, id)
  elseif wasGone ~= '' then
    call('ZREM', prefix .. 'gone', id)
  end
  setWake('agent:' .. id, wasWake, wake)
end

local function unregistered(id) return '!The first commit of agent ' .. id .. ' has no registration' end

-- A commit of an agent that is there, with one event, which says nothing beside what `putAgent` reads: as most of them are.
local function writeReport()
  local id, expected = ARGV[at], tonumber(ARGV[at + 1])
  at = at + 2
  local key = prefix .. 'a:' .. id
  local known = call('HMGET', key, 'v', 'p', 'w', 's', 'g')
  if tonumber(known[1] or 0) ~= expected then return 0 end
  if expected == 0 then return unregistered(id) end
  putAgent(id, key, expected, known, '', 1)
  return expected + 1
end

local function writeAgent(id, expected, records)
  local key = prefix .. 'a:' .. id
  local known = call('HMGET', key, 'v', 'p', 'w', 's', 'g')
  if tonumber(known[1] or 0) ~= expected then return 0 end
  local registration, capabilities, moves = ARGV[at], ARGV[at + 1], ARGV[at + 2] == '1'
  if expected == 0 and registration == '' then return unregistered(id) end
  at = at + 3
  if moves then writeRouting() end
  local gone, events = ARGV[at], tonumber(ARGV[at + 1])
  at = at + 2
  putAgent(id, key, expected, known, gone, events)
  if registration ~= '' then call('HSET', key, 'r', registration) end
  if capabilities ~= '' then call('HSET', key, 'c', capabilities) end
  writeEffects()
  writeOnce(records)
  return expected + 1
end

-- Whoever stands in a line is found by the attempt: the length of the line's name, the name, the member.
local function leaveLine(attempt)
  local place = call('HGET', prefix .. 'w', attempt)
  if not place then return end
  local colon = find(place, ':', 1, true)
  local length = tonumber(sub(place, 1, colon - 1))
  local line = sub(place, colon + 1, colon + length)
  call('ZREM', prefix .. 'l:' .. line, sub(place, colon + length + 1))
  call('HDEL', prefix .. 'w', attempt)
  if call('EXISTS', prefix .. 'l:' .. line) == 0 then call('ZREM', prefix .. 'lines', line) end
end

local function writeWaiters()
  local leaving = tonumber(ARGV[at])
  at = at + 1
  for _ = 1, leaving do
    leaveLine(ARGV[at])
    at = at + 1
  end
  local joining = tonumber(ARGV[at])
  at = at + 1
  for _ = 1, joining do
    local attempt, line, member = ARGV[at], ARGV[at + 1], ARGV[at + 2]
    at = at + 3
    leaveLine(attempt)
    call('ZADD', prefix .. 'l:' .. line, '0', member)
    call('ZADD', prefix .. 'lines', '0', line)
    call('HSET', prefix .. 'w', attempt, #line .. ':' .. line .. member)
  end
end

-- A session needs its definition; `uses` counts who does.
local function useDefinition(hash, text)
  if call('HEXISTS', prefix .. 'defs', hash) == 1 then
    call('HINCRBY', prefix .. 'defUses', hash, 1)
  elseif text ~= '' then
    call('HSET', prefix .. 'defs', hash, text)
    call('HSET', prefix .. 'defUses', hash, 1)
  end
end

local function createSession(id, key)
  local agent, workflow, place, hash, definition = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  useDefinition(hash, definition)
  call('HSET', key, 'a', agent, 'f', workflow, 'x', place, 'd', hash)
  call('ZADD', prefix .. 'sessions', '0', place)
  call('ZADD', prefix .. 'sa:' .. agent, '0', place)
  call('ZADD', prefix .. 'sw:' .. workflow, '0', place)
  return place
end

local function writeSession(id, expected, records)
  local key, name = prefix .. 's:' .. id, 'session:' .. id
  local known = call('HMGET', key, 'v', 'st', 'e', 'w', 'x')
  if tonumber(known[1] or 0) ~= expected then return 0 end
  local wake, status, ended, text = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  at = at + 4
  local place = known[5] or createSession(id, key)
  at = at + 5
  local wasStatus, wasEnded, wasWake = known[2] or '', known[3] or '', known[4] or ''
  call('HSET', key, 'v', expected + 1, 'h', text, 'st', status, 'e', ended, 'w', wake)
  if status ~= wasStatus then
    if wasStatus ~= '' then call('ZREM', prefix .. 'ss:' .. wasStatus, place) end
    call('ZADD', prefix .. 'ss:' .. status, '0', place)
  end
  if ended ~= wasEnded then
    if ended == '' then call('ZREM', prefix .. 'ended', id) else call('ZADD', prefix .. 'ended', ended, id) end
  end
  setWake(name, wasWake, wake)
  local tasks = tonumber(ARGV[at])
  at = at + 1
  for _ = 1, tasks do
    call('HSET', key, 't' .. ARGV[at], ARGV[at + 1])
    at = at + 2
  end
  writeWaiters()
  local events = tonumber(ARGV[at])
  at = at + 1
  appendEvents('s:' .. id, '0', prefix .. 'se:' .. id, events)
  writeEffects()
  writeOnce(records)
  return expected + 1
end

-- Whether the entry whose cells begin here would be refused: its duplicates, 0 for a conflict, or nil.
local function refusal(kind)
  local id, expected = ARGV[at], tonumber(ARGV[at + 1])
  at = at + 2
  local version = call('HGET', prefix .. (kind == 's' and 's:' or 'a:') .. id, 'v')
  if tonumber(version or 0) ~= expected then return 0 end
  if kind == 'r' then return nil end
  local duplicates = readOnce()
  if duplicates then return duplicates end
  if kind == 'a' and expected == 0 and ARGV[at] == '' then return unregistered(id) end
end

-- Looks through entries that go together; the first that would be refused says with what.
local function refusalOf(count)
  local from = at
  local refused
  for _ = 1, count do
    local kind, following = ARGV[at], at + 2 + tonumber(ARGV[at + 1])
    at = at + 2
    refused = refused or refusal(kind)
    at = following
  end
  if not refused then at = from end
  return refused
end

local function write(kind)
  if kind == 'r' then return writeReport() end
  if kind == 'd' then
    dropEffects()
    return 1
  end
  local id, expected = ARGV[at], tonumber(ARGV[at + 1])
  at = at + 2
  local duplicates, records = readOnce()
  if duplicates then return duplicates end
  if kind == 'a' then return writeAgent(id, expected, records) end
  return writeSession(id, expected, records)
end

local function writeNext()
  local kind, following = ARGV[at], at + 2 + tonumber(ARGV[at + 1])
  at = at + 2
  local answer = write(kind)
  at = following
  return answer
end

-- Entries that go together are answered by what becomes of the first.
local function writeTogether()
  local count = tonumber(ARGV[at + 2])
  at = at + 3
  local refused = refusalOf(count)
  if refused then return refused end
  local answer = writeNext()
  for _ = 2, count do writeNext() end
  return answer
end

local answers, cells = { head }, #ARGV
while at <= cells do
  answers[#answers + 1] = ARGV[at] == 't' and writeTogether() or writeNext()
end
writeStates()
call('HSET', KEYS[1], 'head', format('%.0f', head), 'effect', format('%.0f', effect))
return answers
