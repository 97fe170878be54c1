"""The SYSPRO side: commands to XML, one e.net session per operator, answers that can be believed.

`xml` and `objects` are pure: a command becomes an `XmlIn`, a reply becomes a `PostReply`.
`transport` is the only HTTP client of this side; `session` keeps one e.net session per operator;
`reader` and `odata` look rows up; `poller` appends what SYSPRO holds to the log; `writer` posts.
"""
