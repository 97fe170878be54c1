"""Purchase orders: rules.md §5.1, §5.2 and §5.5. Pure.

`carried` says which are carried at all; `add` plans an order that SYSPRO does not have from us,
`change`, `closing` and `replacement` one that it has. `header`, `lines`, `amounts`, `charges`,
`taxes` and `comments` say what an order is to look like, `seen` what SYSPRO was last seen to hold.
"""
