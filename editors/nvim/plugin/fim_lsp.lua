vim.api.nvim_create_user_command("FimLsp", function(call)
  require("fim_lsp.commands").run(call)
end, {
  nargs = "*",
  range = true,
  desc = "fim-lsp: actions and reports",
  complete = function(lead, line)
    return require("fim_lsp.commands").complete(lead, line)
  end,
})
