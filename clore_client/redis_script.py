"""The schedule's arithmetic once more, in the language that Redis runs atomically.

A property test holds it to `clore_client.schedule`, answer by answer. State is packed with
cmsgpack, for cjson keeps 14 digits of a number: not enough for microseconds since 1970.
"""

from __future__ import annotations

from .retry import LONGEST_PAUSE
from .schedule import HORIZON, INSTANT, PATIENCE, SKEW

#: Redis's own time, in seconds; the tests put theirs in its place.
NOW = """
local time = redis.call('TIME')
local now = (time[1] + time[2] / 1000000) * tonumber(ARGV[7])
"""

_CONSTANTS = f"""
local INSTANT, PATIENCE, SKEW = {INSTANT}, {PATIENCE}, {SKEW}
local HORIZON, LONGEST_PAUSE = {HORIZON}, {LONGEST_PAUSE}
"""

ALGORITHM = """
local action, name, at = ARGV[1], ARGV[2], tonumber(ARGV[3])
local buckets, seconds = cjson.decode(ARGV[4]), tonumber(ARGV[5])
local intervals, speed = cjson.decode(ARGV[6]), tonumber(ARGV[7])

local packed = redis.call('GET', KEYS[1])
local state = packed and cmsgpack.unpack(packed) or {held = 0, left = {}, waiting = {}}

local function due(booking) return math.max(booking.due, state.held) end

local function keep(wanted)
    local kept = {}
    for _, booking in ipairs(state.waiting) do
        if wanted(booking) then kept[#kept + 1] = booking end
    end
    state.waiting = kept
end

-- Redis's clock may have been set back.
if state.held > now + LONGEST_PAUSE then state.held = 0 end
for bucket, moment in pairs(state.left) do
    if moment > now + SKEW then state.left[bucket] = nil end
end
keep(function(booking) return math.max(booking.at, booking.due) <= now + HORIZON end)

local function drop() keep(function(booking) return booking.name ~= name end) end

local function find()
    for _, booking in ipairs(state.waiting) do
        if booking.name == name then return booking end
    end
end

local function insert(booking)
    local place = 1
    while state.waiting[place] and state.waiting[place].at <= booking.at do place = place + 1 end
    table.insert(state.waiting, place, booking)
end

local function depart()
    for _, bucket in ipairs(buckets) do
        state.left[bucket] = math.max(state.left[bucket] or now, now)
    end
end

local function put_back()
    keep(function(booking) return due(booking) > now - PATIENCE end)
    local latest = {}
    for bucket, moment in pairs(state.left) do latest[bucket] = moment end
    for _, booking in ipairs(state.waiting) do
        if due(booking) >= now then
            booking.at = math.max(booking.at, state.held)
            for _, bucket in ipairs(booking.buckets) do
                if latest[bucket] then
                    booking.at = math.max(booking.at, latest[bucket] + intervals[bucket])
                end
            end
            for _, bucket in ipairs(booking.buckets) do latest[bucket] = booking.at end
        end
    end
end

local function gap(moment)
    local taken = {}
    for _, bucket in ipairs(buckets) do
        for _, booking in ipairs(state.waiting) do
            for _, other in ipairs(booking.buckets) do
                if other == bucket then taken[#taken + 1] = {booking.at, intervals[bucket]} end
            end
        end
        if state.left[bucket] then taken[#taken + 1] = {state.left[bucket], intervals[bucket]} end
    end
    table.sort(taken, function(a, b) return a[1] < b[1] or (a[1] == b[1] and a[2] < b[2]) end)
    local conflict = true
    while conflict do
        conflict = false
        for _, one in ipairs(taken) do
            if math.abs(moment - one[1]) < one[2] - INSTANT then
                moment, conflict = one[1] + one[2], true
            end
        end
    end
    return moment
end

local wait = 0
if action == 'book' then
    drop()
    put_back()
    at = gap(math.max(now, state.held))
    wait = at - now
    insert({name = name, at = at, due = at, buckets = buckets})
elseif action == 'confirm' then
    local booking = find()
    if not booking then
        booking = {name = name, at = math.max(at, now - PATIENCE / 2), buckets = buckets}
        insert(booking)
    end
    booking.due = now
    put_back()
    at, wait = booking.at, booking.at - now
    if wait >= INSTANT then
        booking.due = at
    else
        wait = 0
        drop()
        depart()
    end
elseif action == 'left' then
    depart()
elseif action == 'release' then
    drop()
elseif action == 'hold' then
    state.held = math.max(state.held, now + math.min(seconds, LONGEST_PAUSE))
    put_back()
end

local last = math.max(now, state.held)
for _, booking in ipairs(state.waiting) do last = math.max(last, booking.at) end
local life = (last - now + LONGEST_PAUSE) / math.min(speed, 1)
redis.call('SET', KEYS[1], cmsgpack.pack(state), 'PX', math.ceil(life * 1000))
return {string.format('%.17g', at), string.format('%.17g', wait)}
"""

SCRIPT = _CONSTANTS + NOW + ALGORITHM
