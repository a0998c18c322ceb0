"""战时服务类别: which categories of service count as 战时 is a list, no longer the text of one of them."""

DDL = """
-- a ledger that has categories and no such list yet; the uid is that of the seed, so that copies brought up apart agree
INSERT INTO code_list (uid, list, value, position)
SELECT 'emergency_category:处理突发事件', 'emergency_category', '处理突发事件', 1
WHERE EXISTS (SELECT 1 FROM code_list WHERE list = 'category')
AND NOT EXISTS (SELECT 1 FROM code_list WHERE list = 'emergency_category');
"""
