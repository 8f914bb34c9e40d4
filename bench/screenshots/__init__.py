"""Pictures of every page that people see, of the real program with the demo's goods.

`python -m bench.screenshots` starts the program, opens shops, plans and sends shows, orders and pays, all by
the doors that people use, and takes each page at a phone's and a laptop's size in both languages and themes.
What a machine can judge is judged on the way: a page that is wider than the screen, that logs an error or in
which axe-core finds a serious barrier is named, and the run fails. Beauty is found by looking.
"""
