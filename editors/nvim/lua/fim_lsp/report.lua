--- Reports: Markdown in a window of its own, which q closes.
local M = {}

local MOST_OF_SCREEN = 0.5 -- the share of the screen's lines that a report may take

--- The window of this tab page that shows a report, and its buffer.
local function shown_report()
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    local buf = vim.api.nvim_win_get_buf(window)
    if vim.b[buf].fim_lsp_report then
      return window, buf
    end
  end
end

local function new_window(line_count)
  local height = math.min(line_count, math.floor(vim.o.lines * MOST_OF_SCREEN))
  vim.cmd(("keepalt botright %dnew"):format(math.max(height, 1)))
  local buf = vim.api.nvim_get_current_buf()
  vim.bo[buf].buftype, vim.bo[buf].bufhidden, vim.bo[buf].swapfile = "nofile", "wipe", false
  vim.bo[buf].buflisted = false
  vim.b[buf].fim_lsp_report = true
  pcall(vim.api.nvim_buf_set_name, buf, "fim-lsp://report") -- another tab page may have it
  vim.keymap.set("n", "q", "<Cmd>close<CR>", { buffer = buf, nowait = true, desc = "fim-lsp: close the report" })
  return vim.api.nvim_get_current_win(), buf
end

--- Shows `markdown`, in place of a report that is still open.
---@param markdown string
function M.open(markdown)
  local lines = vim.split(vim.trim(markdown), "\r?\n")
  local window, buf = shown_report()
  if not window then
    window, buf = new_window(#lines)
  end
  vim.api.nvim_set_current_win(window)
  vim.wo[window].wrap, vim.wo[window].linebreak = true, true
  vim.wo[window].number, vim.wo[window].relativenumber, vim.wo[window].spell = false, false, false
  vim.bo[buf].modifiable = true
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
  vim.bo[buf].modifiable, vim.bo[buf].modified = false, false
  -- Not the file type: its plugins fail without a Markdown parser, and servers would attach.
  if not pcall(vim.treesitter.start, buf, "markdown") then
    vim.bo[buf].syntax = "markdown"
  end
end

local FORMATS = {}

function FORMATS.balance(answer)
  local amounts = vim.tbl_map(function(info)
    return ("%s %s"):format(info.total_balance, info.currency)
  end, answer.balance_infos or {})
  return nil, ("The account holds %s."):format(#amounts > 0 and table.concat(amounts, " and ") or "nothing")
end

function FORMATS.models(answer)
  local lines = vim.tbl_map(function(model)
    local uses = {}
    uses[#uses + 1] = model == answer.completion and "completion" or nil
    uses[#uses + 1] = model == answer.chat and "chat actions" or nil
    return ("- %s%s"):format(model, #uses > 0 and (" (%s)"):format(table.concat(uses, ", ")) or "")
  end, answer.models or {})
  return "# Models\n\n" .. table.concat(lines, "\n")
end

function FORMATS.doctor(answer)
  local lines = vim.tbl_map(function(check)
    local fix = type(check.fix) == "string" and check.fix ~= "" and "\n  " .. check.fix or ""
    return ("- **%s** (%s): %s%s"):format(check.name, check.status, check.detail, fix)
  end, answer.checks or {})
  return "# Doctor\n\n" .. table.concat(lines, "\n")
end

--- Markdown, or else a sentence, for what the server's command `name` answered.
---@return string? markdown
---@return string? sentence
function M.words(name, answer)
  if type(answer) ~= "table" then
    return nil, type(answer) == "string" and answer or nil
  elseif type(answer.markdown) == "string" then
    return answer.markdown
  elseif type(answer.message) == "string" then
    return nil, answer.message
  elseif FORMATS[name] then
    return FORMATS[name](answer)
  end
end

--- Handles `window/showDocument`: a file that the server wrote as a report is shown as one.
function M.show_document(err, params, context)
  local path = not params.external and vim.fs.normalize(vim.uri_to_fname(params.uri)) or ""
  local is_report = path:match("/fim%-lsp/.*reports/[^/]+%.md$")
  local file = is_report and io.open(path, "r")
  if not file then
    return vim.lsp.handlers["window/showDocument"](err, params, context)
  end
  local markdown = file:read("*a")
  file:close()
  M.open(markdown)
  return { success = true }
end

return M
