--- Sentences for the user. None stops the typing with a "Press ENTER" prompt.
local M = {}

local MOST_KEPT = 100
local AGAIN_MS = 2000 -- within which the same sentence is said once
local LEVELS = vim.log.levels

local said_at = 0 -- when the latest sentence was said, in milliseconds
local kept = {} ---@type string[] the latest sentences, oldest first

--- Whether `notify` is part of Neovim: functions that are compiled into it have no path.
local function is_builtin(notify)
  local source = debug.getinfo(notify, "S").source
  return source:match("^[=@]?%?$") or source:match("^@vim/")
end

--- Shows as much of `line` as fits; all of it is in `:FimLsp messages`.
local function echo(line, level)
  local hint = "… :FimLsp messages"
  local room = vim.v.echospace - vim.fn.strdisplaywidth(hint)
  local is_short = vim.fn.strdisplaywidth(line) <= vim.v.echospace
  local shown = is_short and line or vim.fn.strcharpart(line, 0, room) .. hint
  local group = level == LEVELS.ERROR and "ErrorMsg" or level == LEVELS.WARN and "WarningMsg" or nil
  vim.api.nvim_echo({ { shown, group } }, true, {})
end

---@param sentence string
---@param level? integer one of `vim.log.levels`
function M.say(sentence, level)
  local text = vim.startswith(sentence, "fim") and sentence or "fim-lsp: " .. sentence
  -- The server shows the error of a command and also answers it; it is shown once.
  local now = vim.uv.now()
  if text == kept[#kept] and now - said_at < AGAIN_MS then
    return
  end
  said_at = now
  kept[#kept + 1] = text
  if #kept > MOST_KEPT then
    table.remove(kept, 1)
  end
  vim.schedule(function()
    if not is_builtin(vim.notify) then
      return vim.notify(text, level)
    end
    local line = text:gsub("%s*\n%s*", " ")
    if not vim.startswith(vim.api.nvim_get_mode().mode, "i") then
      return echo(line, level)
    end
    -- "-- INSERT --" would cover a message that is shown before insert mode ends.
    vim.api.nvim_create_autocmd("InsertLeave", {
      once = true,
      callback = vim.schedule_wrap(function()
        echo(line, level)
      end),
    })
  end)
end

---@return string[]
function M.all()
  return kept
end

return M
