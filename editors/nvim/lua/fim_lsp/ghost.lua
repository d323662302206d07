--- Ghost text. Neovim 0.12 asks and draws by itself; before that, this file does.
local M = {}
local api, native = vim.api, vim.lsp.inline_completion
local INVOKED, AUTOMATIC = 1, 2
local own = api.nvim_create_namespace("fim_lsp")
local builtin = api.nvim_create_namespace("nvim.lsp.inline_completion")

---@class fim_lsp.Ghost what is drawn, and where it began
---@field buf integer
---@field row integer
---@field col integer byte column of the text's first character
---@field text string all of it, what was typed through included
---@field items? table[] the server's candidates; nil where Neovim itself draws
---@field index? integer which of them
---@field after? integer bytes behind the cursor that the text replaces

local ghost ---@type fim_lsp.Ghost?

local function cursor()
  local row, col = unpack(api.nvim_win_get_cursor(0))
  return row - 1, col
end

--- What is still to be typed; nil without ghost text, or when the typing went elsewhere.
local function remaining()
  if not ghost or ghost.buf ~= api.nvim_get_current_buf() then
    return nil
  end
  local row, col = cursor()
  local typed = api.nvim_get_current_line():sub(ghost.col + 1, col)
  if row == ghost.row and col >= ghost.col and vim.startswith(ghost.text, typed) then
    local rest = ghost.text:sub(#typed + 1)
    return rest ~= "" and rest or nil
  end
end

local function clear()
  for _, namespace in ipairs({ own, builtin }) do
    api.nvim_buf_clear_namespace(0, namespace, 0, -1)
  end
end

local function draw()
  clear()
  local rest = remaining()
  if not rest then
    ghost = nil
    return
  end
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
  local where = covers and "overlay" or "inline"
  api.nvim_buf_set_extmark(0, own, row, col, {
    virt_text = first, virt_lines = below, virt_text_pos = where, hl_mode = "combine",
  })
end

--- Neovim 0.10 takes the client's functions without self.
function M.request(client, ...)
  if vim.fn.has("nvim-0.11") == 1 then
    return client:request(...)
  end
  return client.request(...)
end

local function byte_of(line, character, encoding)
  if encoding == "utf-8" then
    return character
  elseif vim.fn.has("nvim-0.11") == 1 then
    return vim.str_byteindex(line, encoding, character, false)
  end
  return vim.str_byteindex(line, math.min(character, vim.fn.strutf16len(line)), true)
end

--- Shows candidate `index` of `items`, which were asked for at the cursor.
local function show(items, index, encoding)
  local item = items[index]
  if not item then
    ghost = nil
    return clear()
  end
  local row, col = cursor()
  local line = api.nvim_get_current_line()
  local range = item.range
  ghost = {
    buf = api.nvim_get_current_buf(), row = row, text = item.insertText, items = items, index = index,
    col = range and byte_of(line, range.start.character, encoding) or col,
    after = range and byte_of(line, range["end"].character, encoding) - col or 0,
  }
  draw()
end

local function ask(client, kind, choose)
  local buf, row, col = api.nvim_get_current_buf(), cursor()
  local encoding = client.offset_encoding
  local params = vim.lsp.util.make_position_params(0, encoding)
  params.context = { triggerKind = kind }
  M.request(client, "textDocument/inlineCompletion", params, function(err, result)
    local now_row, now_col = cursor()
    local moved = buf ~= api.nvim_get_current_buf() or now_row ~= row or now_col ~= col
    if err or moved or api.nvim_get_mode().mode:sub(1, 1) ~= "i" then
      return
    end
    local items = result and (result.items or result) or {}
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

--- Notes what Neovim has just drawn for a request made at `row`, `col`.
local function note(buf, row, col)
  local now_row, now_col = cursor()
  local mark = api.nvim_buf_get_extmarks(buf, builtin, 0, -1, { details = true })[1]
  if not mark or buf ~= api.nvim_get_current_buf() or now_row ~= row or now_col ~= col then
    return
  end
  api.nvim_buf_clear_namespace(buf, own, 0, -1)
  local lines = { mark[4].virt_text[1][1] }
  for _, line in ipairs(mark[4].virt_lines or {}) do
    lines[#lines + 1] = line[1][1]
  end
  ghost = { buf = buf, row = row, col = col, text = table.concat(lines, "\n") }
end

local function watch_builtin(client, buf)
  native.enable(true, { client_id = client.id, bufnr = buf })
  local asked = {}
  on("LspRequest", buf, function(event)
    local id, request = event.data.request_id, event.data.request
    if event.data.client_id ~= client.id or request.method ~= "textDocument/inlineCompletion" then
      return
    elseif request.type == "pending" then
      asked[id] = { cursor() }
    elseif asked[id] then
      local row, col = unpack(asked[id])
      asked[id] = nil
      vim.schedule(function()
        note(buf, row, col)
      end)
    end
  end)
  -- Neovim keeps drawing text that was typed against until the next answer: not here.
  on({ "CursorMovedI", "TextChangedP" }, buf, function()
    if ghost and ghost.items then
      draw()
    elseif not remaining() then
      ghost = nil
      clear()
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
  on("InsertLeave", buf, function()
    ghost = nil
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

---@return boolean accepted false where there is no ghost text
function M.accept()
  if not remaining() then
    return false
  end
  local taken, _, col = ghost, cursor()
  undo_break()
  ghost = nil
  if not taken.items then
    return native.get({
      on_accept = function(item)
        -- The item fits the line as it was when asked for: what was typed through goes first.
        replace(taken.col, select(2, cursor()), "")
        return item
      end,
    })
  end
  local command = taken.items[taken.index].command
  replace(taken.col, col + taken.after, taken.text)
  clear()
  if command then
    require("fim_lsp").command(command.command:gsub("^fim%-lsp%.", ""), command.arguments)
  end
  return true
end

--- Takes the beginning of the ghost text that `cut` finds; the remainder stays.
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
  if not remaining() then
    return false
  end
  if not ghost.items then
    native.get({ on_accept = function() end })
  end
  ghost = nil
  clear()
  return true
end

local function step(by)
  local rest, client = remaining(), require("fim_lsp").client(0)
  if not rest or not client then
    return false
  end
  if ghost.items and #ghost.items > 1 then
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
