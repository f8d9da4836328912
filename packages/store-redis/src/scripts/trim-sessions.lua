--[[
Removes sessions that ended before a time, whole, until a step's worth of rows has gone.

KEYS[1]  the partition's meta hash; every other key begins with the same prefix, and lies in the same slot
ARGV[1]  the store's id
ARGV[2]  the time, in milliseconds
ARGV[3]  how many rows make a step; a long session may make it longer

Returns  how many sessions and events went

Guarantees: the meta hash names the highest position that went; a definition goes with the last session that needs it.
]]
local call = redis.call
local prefix = string.sub(KEYS[1], 1, -5)
local meta = call('HMGET', KEYS[1], 'store', 'trimmed')
if meta[1] ~= ARGV[1] then return redis.error_reply('WRONGSTORE Redis holds another store, or none') end
local trimmed = tonumber(meta[2])

-- Its events go from the log too, where they are still in it.
local function removeEvents(id)
  local list = prefix .. 'se:' .. id
  local events = call('LRANGE', list, 0, -1)
  local last = 0
  for _, event in ipairs(events) do
    local position = string.match(event, '^%d+')
    call('XDEL', prefix .. 'log', position .. '-0')
    last = tonumber(position)
  end
  call('DEL', list)
  return #events, last
end

local function release(hash)
  if call('HEXISTS', prefix .. 'defs', hash) == 0 then return end
  if call('HINCRBY', prefix .. 'defUses', hash, -1) > 0 then return end
  call('HDEL', prefix .. 'defUses', hash)
  call('HDEL', prefix .. 'defs', hash)
end

local removed, highest = 0, trimmed
while removed < tonumber(ARGV[3]) do
  local id = call('ZRANGEBYSCORE', prefix .. 'ended', '-inf', '(' .. ARGV[2], 'LIMIT', 0, 1)[1]
  if not id then break end
  local session = call('HMGET', prefix .. 's:' .. id, 'x', 'a', 'f', 'd', 'st', 'w')
  local events, last = removeEvents(id)
  call('ZREM', prefix .. 'sessions', session[1])
  call('ZREM', prefix .. 'sa:' .. session[2], session[1])
  call('ZREM', prefix .. 'sw:' .. session[3], session[1])
  call('ZREM', prefix .. 'ss:' .. session[5], session[1])
  call('ZREM', prefix .. 'ended', id)
  if session[6] ~= '' then call('ZREM', prefix .. 'wake', session[6] .. 'session:' .. id) end
  call('DEL', prefix .. 's:' .. id)
  release(session[4])
  removed = removed + events + 1
  highest = math.max(highest, last)
end
if highest > trimmed then call('HSET', KEYS[1], 'trimmed', string.format('%.0f', highest)) end
return removed
