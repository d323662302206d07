" Keys for coc.nvim's inline completion; each does what it did where there is none.
inoremap <silent><expr> <Tab> coc#inline#visible() ? coc#inline#accept() : "\<Tab>"
inoremap <silent><expr> <M-Right> coc#inline#visible() ? coc#inline#accept('word') : "\<M-Right>"
inoremap <silent><expr> <M-]> coc#inline#visible() ? coc#inline#next() : "\<M-]>"
inoremap <silent><expr> <C-]> coc#inline#visible() ? coc#inline#cancel() : "\<C-]>"
