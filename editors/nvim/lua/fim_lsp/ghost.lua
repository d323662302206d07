--- Ghost text. Neovim 0.12 asks for it and draws it; before 0.12, this file does.
local compat = require("fim_lsp.compat")

local M = {}
local api, native = vim.api, vim.lsp.inline_completion
local INVOKED, AUTOMATIC = 1, 2
local own = api.nvim_create_namespace("fim_lsp")
local builtin = api.nvim_create_namespace("nvim.lsp.inline_completion")

---@class fim_lsp.Ghost the ghost text of a buffer
---@field row integer
---@field col integer byte column of the text's first character
---@field asked_col integer byte column of the cursor at the request
---@field text string the whole text, including the part that is typed already
---@field items table[] the candidates of the server
---@field index integer the number of the candidate that is shown
---@field after integer bytes behind the cursor that the text replaces
---@field tail string the line behind the cursor when it was drawn
---@field line_count integer of the buffer when it was drawn
---@field is_builtin boolean whether Neovim itself draws it
---@field is_hidden boolean whether other text was typed; deleting it shows the ghost text again

local ghosts = {} ---@type table<integer, fim_lsp.Ghost> by buffer

local function cursor()
  local row, col = unpack(api.nvim_win_get_cursor(0))
  return row - 1, col
end

--- The part that is not typed yet; nil without ghost text, or if other text was typed.
local function remaining()
  local buf = api.nvim_get_current_buf()
  local ghost = ghosts[buf]
  if not ghost then
    return nil
  end
  local row, col = cursor()
  local line = api.nvim_get_current_line()
  local typed = line:sub(ghost.col + 1, col)
  if row ~= ghost.row or col < ghost.col or not vim.startswith(ghost.text, typed) then
    return nil
  end
  local is_same = line:sub(col + 1) == ghost.tail and api.nvim_buf_line_count(buf) == ghost.line_count
  local rest = ghost.text:sub(#typed + 1)
  return (is_same or not ghost.is_hidden) and rest ~= "" and rest or nil
end

--- Whether there is ghost text at the cursor that can be taken.
---@return boolean
function M.is_shown()
  return remaining() ~= nil
end

local function clear(buf)
  for _, namespace in ipairs({ own, builtin }) do
    api.nvim_buf_clear_namespace(buf, namespace, 0, -1)
  end
end

local function forget(buf)
  ghosts[buf] = nil
  clear(buf)
end

--- Whether more than one key was typed against `ghost`: the server does not offer it again.
local function is_rejected(ghost)
  local row, col = cursor()
  local typed = row == ghost.row and api.nvim_get_current_line():sub(ghost.col + 1, col) or ""
  return vim.fn.strchars(typed) > 1 and not vim.startswith(ghost.text, vim.fn.strcharpart(typed, 0, vim.fn.strchars(typed) - 1))
end

--- Draws the part that is not typed yet, or hides the ghost text while other text is typed.
local function draw()
  local buf = api.nvim_get_current_buf()
  clear(buf)
  local rest, ghost = remaining(), ghosts[buf]
  if not rest then
    if ghost and is_rejected(ghost) then
      ghosts[buf] = nil
    elseif ghost then
      ghost.is_hidden, ghost.is_builtin = true, false
    end
    return
  end
  ghost.is_hidden = false
  local row, col = cursor()
  local lines = vim.split(rest, "\n", { plain = true })
  local replaced = api.nvim_get_current_line():sub(col + 1, col + ghost.after)
  local covers = replaced ~= ""
  if covers and #lines == 1 and vim.endswith(rest, replaced) then
    lines[1], covers = rest:sub(1, -#replaced - 1), false
  end
  local below = vim.tbl_map(function(line)
    return { { line, "Comment" } }
  end, vim.list_slice(lines, 2))
  local first = { { lines[1], "Comment" } }
  if #ghost.items > 1 then
    table.insert(below[#below] or first, { (" (%d/%d)"):format(ghost.index, #ghost.items), "NonText" })
  end
  api.nvim_buf_set_extmark(buf, own, row, col, {
    virt_text = first,
    virt_lines = below,
    virt_text_pos = covers and "overlay" or "inline",
    hl_mode = "combine",
  })
end

--- Candidate `index` of `items`, which were requested at the cursor, as ghost text.
---@return fim_lsp.Ghost?
local function ghost_of(items, index, encoding)
  local item = items[index]
  if not item then
    return nil
  end
  local row, col = cursor()
  local line = api.nvim_get_current_line()
  local range = item.range
  return {
    row = row,
    col = range and compat.byte_of(line, range.start.character, encoding) or col,
    asked_col = col,
    text = item.insertText,
    items = items,
    index = index,
    after = range and compat.byte_of(line, range["end"].character, encoding) - col or 0,
    tail = line:sub(col + 1),
    line_count = api.nvim_buf_line_count(0),
    is_builtin = false,
    is_hidden = false,
  }
end

--- Draws candidate `index`. Without it, shown ghost text is removed and hidden text stays.
local function show(items, index, encoding)
  local buf = api.nvim_get_current_buf()
  local ghost = ghost_of(items, index, encoding)
  if ghost then
    ghosts[buf] = ghost
  elseif remaining() then
    ghosts[buf] = nil
  end
  draw()
end

local function items_of(result)
  return result and (result.items or result) or {}
end

local function ask(client, kind, choose)
  local buf, row, col = api.nvim_get_current_buf(), cursor()
  local encoding = client.offset_encoding
  local params = vim.lsp.util.make_position_params(0, encoding)
  params.context = { triggerKind = kind }
  -- The middleware drops answers if the text has changed since the request.
  compat.request(client, "textDocument/inlineCompletion", params, function(err, result)
    local now_row, now_col = cursor()
    local has_moved = buf ~= api.nvim_get_current_buf() or now_row ~= row or now_col ~= col
    if err or has_moved or api.nvim_get_mode().mode:sub(1, 1) ~= "i" then
      return
    end
    local items = items_of(result)
    show(items, choose(items), encoding)
  end, buf)
end

local function first()
  return 1
end

local function on(events, buf, callback)
  local group = api.nvim_create_augroup("fim_lsp_" .. buf, { clear = false })
  api.nvim_create_autocmd(events, { group = group, buffer = buf, callback = callback })
end

--- Notes the ghost text that Neovim has drawn for the present text and cursor.
function M.answered(client, buf, result)
  if not native or buf ~= api.nvim_get_current_buf() then
    return
  end
  local is_drawn = #api.nvim_buf_get_extmarks(buf, builtin, 0, -1, {}) > 0
  local ghost = is_drawn and ghost_of(items_of(result), 1, client.offset_encoding) or nil
  if ghost then
    ghost.is_builtin = true
    ghosts[buf] = ghost
    api.nvim_buf_clear_namespace(buf, own, 0, -1)
  elseif remaining() and not ghosts[buf].is_builtin then
    forget(buf)
  end
end

local function watch_builtin(client, buf)
  native.enable(true, { client_id = client.id, bufnr = buf })
  -- When other text is typed, Neovim would keep the ghost text until the next answer.
  on({ "CursorMovedI", "TextChangedP" }, buf, function()
    local ghost = ghosts[buf]
    if not ghost or not ghost.is_builtin or not remaining() then
      draw()
    end
  end)
end

local function ask_and_draw(client, buf)
  on({ "InsertEnter", "CursorMovedI", "TextChangedP" }, buf, function()
    draw()
    ask(client, AUTOMATIC, first)
  end)
end

function M.attach(client, buf)
  api.nvim_create_augroup("fim_lsp_" .. buf, { clear = true })
  local watch = native and watch_builtin or ask_and_draw
  watch(client, buf)
  on({ "InsertLeave", "BufUnload" }, buf, function()
    ghosts[buf] = nil
    api.nvim_buf_clear_namespace(buf, own, 0, -1)
  end)
end

local function replace(from, to, text)
  local row = cursor()
  local lines = vim.split(text, "\n", { plain = true })
  api.nvim_buf_set_text(0, row, from, row, to, lines)
  local last = lines[#lines]
  api.nvim_win_set_cursor(0, { row + #lines, (#lines == 1 and from or 0) + #last })
end

local function undo_break()
  vim.cmd("let &g:undolevels = &g:undolevels")
end

---@return boolean accepted false without ghost text
function M.accept()
  if not remaining() then
    return false
  end
  local buf, _, col = api.nvim_get_current_buf(), cursor()
  local taken = ghosts[buf]
  undo_break()
  if taken.is_builtin then
    ghosts[buf] = nil
    return native.get({
      on_accept = function(item)
        -- The item fits the line at the request, so what was typed since is removed first.
        replace(taken.asked_col, select(2, cursor()), "")
        return item
      end,
    })
  end
  local command = taken.items[taken.index].command
  replace(taken.col, col + taken.after, taken.text)
  forget(buf)
  if command then
    require("fim_lsp").command(command.command:gsub("^fim%-lsp%.", ""), command.arguments)
  end
  return true
end

--- Accepts the beginning of the ghost text that `cut` returns; the rest stays.
local function accept_part(cut)
  local rest = remaining()
  local part = rest and cut(rest)
  if not rest or part == rest then
    return M.accept()
  end
  undo_break()
  local _, col = cursor()
  replace(col, col, part)
  return true
end

function M.accept_word()
  return accept_part(function(rest)
    return rest:match("^%s*[%w_\128-\255]+") or rest:match("^%s*[^%w%s_\128-\255]+") or rest
  end)
end

function M.accept_line()
  return accept_part(function(rest)
    return rest:match("^\n?[^\n]*")
  end)
end

function M.dismiss()
  local buf = api.nvim_get_current_buf()
  if not remaining() then
    ghosts[buf] = nil
    return false
  end
  if ghosts[buf].is_builtin then
    native.get({ on_accept = function() end })
  end
  forget(buf)
  return true
end

local function step(by)
  local rest, client = remaining(), require("fim_lsp.server").client(0)
  if not rest or not client then
    return false
  end
  local ghost = ghosts[api.nvim_get_current_buf()]
  if #ghost.items > 1 and not ghost.is_builtin then
    show(ghost.items, (ghost.index - 1 + by) % #ghost.items + 1, client.offset_encoding)
    return true
  end
  M.dismiss()
  ask(client, INVOKED, function(items)
    return #items > 1 and (by % #items) + 1 or 1
  end)
  return true
end

function M.next()
  return step(1)
end

function M.prev()
  return step(-1)
end

return M
